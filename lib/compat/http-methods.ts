/** The methods that a path item of OpenAPI has keys for (OpenAPI 3.2.0, "Path Item Object"). */
export const httpMethods = [
  ...['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'],
] as const;
