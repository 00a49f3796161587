/** Keys of a template whose text is the code of a function. */
export const inlineCode = /^(?:ZipFile|InlineCode)$/;
