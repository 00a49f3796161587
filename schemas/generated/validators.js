// Generated from the schemas by 'npm run generate'.
"use strict";
export const binding = validate52;
const schema19 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"binding.schema.json","title":"domains/<domain>/bindings/<repo>.yaml","description":"What one repo exports to a domain and imports from it.","type":"object","required":["repo","role"],"properties":{"repo":{"description":"The repo; the name of the file may be shorter.","$ref":"common.schema.json#/$defs/repo"},"role":{"enum":["provider","consumer","both"],"x-expected":"provider, consumer or both"},"exports":{"type":"array","items":{"type":"object","required":["contract"],"properties":{"contract":{"$ref":"common.schema.json#/$defs/name"},"source_files":{"description":"Git pathspecs.","type":"array","items":{"type":"string","pattern":".","x-expected":"a path in quotes"},"x-expected":"a list of paths, such as [\"src/paths.py\"]"},"extract":{"$ref":"common.schema.json#/$defs/detector"}},"x-expected":"an export with contract and source_files"},"x-expected":"a list of exports with contract and source_files"},"imports":{"type":"array","items":{"type":"object","required":["contract","version"],"properties":{"contract":{"$ref":"common.schema.json#/$defs/name"},"domain":{"$ref":"common.schema.json#/$defs/name"},"version":{"$ref":"common.schema.json#/$defs/range"},"binding":{"description":"The file that uses the contract.","$ref":"common.schema.json#/$defs/location"},"verify":{"$ref":"common.schema.json#/$defs/detector"},"covers":{"description":"What verify found in the binding.","type":"object","x-expected":"a mapping of keys to what the binding covers"},"uses":{"description":"What verify read of the uses of the contract, one by one.","type":"array","maxItems":1000,"items":{"type":"object","required":["subject","at"],"properties":{"subject":{"type":"string","x-expected":"what is used, such as \"GET /invoices/{}\""},"at":{"type":"string","x-expected":"a place, such as \"src/api.ts:41\""}},"x-expected":"a use with subject and at"},"x-expected":"a list of uses with subject and at"},"unread":{"description":"What looks like a use of the contract and could not be read.","type":"array","maxItems":1001,"items":{"type":"object","required":["at","why"],"properties":{"at":{"type":"string","x-expected":"a place, such as \"src/api.ts:41\""},"why":{"type":"string","x-expected":"the reason in words"}},"x-expected":"a place with at and why"},"x-expected":"a list of places with at and why"},"status":{"description":"What this consumer last recorded: every reader computes it anew.","type":"string","x-expected":"current, stale or broken"},"proof":{"description":"What showed that the binding goes with the resolved version.","type":"string","x-expected":"proved, unproved or failing"},"resolved_version":{"$ref":"common.schema.json#/$defs/semver"},"resolved_commit":{"$ref":"common.schema.json#/$defs/commit"},"resolved_at":{"$ref":"common.schema.json#/$defs/time"}},"x-expected":"an import with contract, version and binding"},"x-expected":"a list of imports with contract, version and binding"}},"x-expected":"a mapping of keys to values"};
const schema21 = {"description":"Name of a repo, with its organisation where two use the same name.","type":"string","pattern":"^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$","x-expected":"a repo name of at most 100 letters, digits and ._-, or org/name"};
const pattern3 = new RegExp("^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$", "u");

function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate54.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern3.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema21.type,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate54.errors = vErrors;
return errors === 0;
}
validate54.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema22 = {"description":"Name of a realm, domain or contract: it becomes a path and a ref.","type":"string","pattern":"^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$","x-expected":"a name of at most 100 letters, digits and ._- that starts with a letter or digit"};
const pattern4 = new RegExp("^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$", "u");

function validate56(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate56.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate56.errors = vErrors;
return errors === 0;
}
validate56.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema23 = {"description":"How a value is read from files: the name of a detector, and its options.","type":"object","required":["detector"],"properties":{"detector":{"type":"string","pattern":".","x-expected":"the name of a detector such as s3-paths"}},"x-expected":"a detector such as { detector: s3-paths }"};
const pattern5 = new RegExp(".", "u");

function validate58(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate58.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.detector === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "detector"},schema:schema23.required,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.detector !== undefined){
let data0 = data.detector;
if(typeof data0 === "string"){
if(!pattern5.test(data0)){
const err1 = {instancePath:instancePath+"/detector",schemaPath:"#/properties/detector/pattern",keyword:"pattern",params:{pattern: "."},schema:".",parentSchema:schema23.properties.detector,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/detector",schemaPath:"#/properties/detector/type",keyword:"type",params:{type: "string"},schema:schema23.properties.detector.type,parentSchema:schema23.properties.detector,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema23.type,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate58.errors = vErrors;
return errors === 0;
}
validate58.evaluated = {"props":{"detector":true},"dynamicProps":false,"dynamicItems":false};

const schema24 = {"description":"A semver range as npm reads it.","type":"string","pattern":"^.{1,256}$","x-expected":"a semver range such as \">=1.0.0\""};
const pattern7 = new RegExp("^.{1,256}$", "u");

function validate62(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate62.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern7.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^.{1,256}$"},schema:"^.{1,256}$",parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema24.type,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate62.errors = vErrors;
return errors === 0;
}
validate62.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema25 = {"description":"A path or URL.","type":"string","pattern":"^[^\\u0000-\\u001f\\u007f]{1,4096}$","x-expected":"a path or URL on one line"};
const pattern8 = new RegExp("^[^\\u0000-\\u001f\\u007f]{1,4096}$", "u");

function validate64(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate64.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern8.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]{1,4096}$"},schema:"^[^\\u0000-\\u001f\\u007f]{1,4096}$",parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema25.type,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate64.errors = vErrors;
return errors === 0;
}
validate64.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema26 = {"description":"A version (semver.org 2.0.0), in quotes: YAML reads 1.0 as a number.","type":"string","pattern":"^(?=.{1,256}$)(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?$","x-expected":"a semver version such as \"1.2.0\""};
const pattern9 = new RegExp("^(?=.{1,256}$)(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?$", "u");

function validate67(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate67.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern9.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,256}$)(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?$"},schema:"^(?=.{1,256}$)(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?$",parentSchema:schema26,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema26.type,parentSchema:schema26,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate67.errors = vErrors;
return errors === 0;
}
validate67.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema27 = {"description":"Object id of a commit.","type":"string","pattern":"^[0-9A-Za-z]{4,64}$","x-expected":"a commit id such as 4be1c02"};
const pattern10 = new RegExp("^[0-9A-Za-z]{4,64}$", "u");

function validate69(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate69.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern10.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Za-z]{4,64}$"},schema:"^[0-9A-Za-z]{4,64}$",parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema27.type,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate69.errors = vErrors;
return errors === 0;
}
validate69.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema28 = {"description":"A date, or a time as RFC 3339 writes it.","type":"string","pattern":"^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$","x-expected":"a date such as 2026-01-24 or a time such as 2026-01-24T10:00:00Z"};
const pattern11 = new RegExp("^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$", "u");

function validate71(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate71.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern11.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$"},schema:"^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$",parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate71.errors = vErrors;
return errors === 0;
}
validate71.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="binding.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate52.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.repo === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "repo"},schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.role === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "role"},schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.repo !== undefined){
if(!(validate54(data.repo, {instancePath:instancePath+"/repo",parentData:data,parentDataProperty:"repo",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
}
if(data.role !== undefined){
let data1 = data.role;
if(!(((data1 === "provider") || (data1 === "consumer")) || (data1 === "both"))){
const err2 = {instancePath:instancePath+"/role",schemaPath:"#/properties/role/enum",keyword:"enum",params:{allowedValues: schema19.properties.role.enum},schema:schema19.properties.role.enum,parentSchema:schema19.properties.role,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.exports !== undefined){
let data2 = data.exports;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.contract === undefined){
const err3 = {instancePath:instancePath+"/exports/" + i0,schemaPath:"#/properties/exports/items/required",keyword:"required",params:{missingProperty: "contract"},schema:schema19.properties.exports.items.required,parentSchema:schema19.properties.exports.items,data:data3};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data3.contract !== undefined){
if(!(validate56(data3.contract, {instancePath:instancePath+"/exports/" + i0+"/contract",parentData:data3,parentDataProperty:"contract",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
errors = vErrors.length;
}
}
if(data3.source_files !== undefined){
let data5 = data3.source_files;
if(Array.isArray(data5)){
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
let data6 = data5[i1];
if(typeof data6 === "string"){
if(!pattern5.test(data6)){
const err4 = {instancePath:instancePath+"/exports/" + i0+"/source_files/" + i1,schemaPath:"#/properties/exports/items/properties/source_files/items/pattern",keyword:"pattern",params:{pattern: "."},schema:".",parentSchema:schema19.properties.exports.items.properties.source_files.items,data:data6};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/exports/" + i0+"/source_files/" + i1,schemaPath:"#/properties/exports/items/properties/source_files/items/type",keyword:"type",params:{type: "string"},schema:schema19.properties.exports.items.properties.source_files.items.type,parentSchema:schema19.properties.exports.items.properties.source_files.items,data:data6};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/exports/" + i0+"/source_files",schemaPath:"#/properties/exports/items/properties/source_files/type",keyword:"type",params:{type: "array"},schema:schema19.properties.exports.items.properties.source_files.type,parentSchema:schema19.properties.exports.items.properties.source_files,data:data5};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data3.extract !== undefined){
if(!(validate58(data3.extract, {instancePath:instancePath+"/exports/" + i0+"/extract",parentData:data3,parentDataProperty:"extract",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate58.errors : vErrors.concat(validate58.errors);
errors = vErrors.length;
}
}
}
else {
const err7 = {instancePath:instancePath+"/exports/" + i0,schemaPath:"#/properties/exports/items/type",keyword:"type",params:{type: "object"},schema:schema19.properties.exports.items.type,parentSchema:schema19.properties.exports.items,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/exports",schemaPath:"#/properties/exports/type",keyword:"type",params:{type: "array"},schema:schema19.properties.exports.type,parentSchema:schema19.properties.exports,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.imports !== undefined){
let data8 = data.imports;
if(Array.isArray(data8)){
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
let data9 = data8[i2];
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.contract === undefined){
const err9 = {instancePath:instancePath+"/imports/" + i2,schemaPath:"#/properties/imports/items/required",keyword:"required",params:{missingProperty: "contract"},schema:schema19.properties.imports.items.required,parentSchema:schema19.properties.imports.items,data:data9};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data9.version === undefined){
const err10 = {instancePath:instancePath+"/imports/" + i2,schemaPath:"#/properties/imports/items/required",keyword:"required",params:{missingProperty: "version"},schema:schema19.properties.imports.items.required,parentSchema:schema19.properties.imports.items,data:data9};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data9.contract !== undefined){
if(!(validate56(data9.contract, {instancePath:instancePath+"/imports/" + i2+"/contract",parentData:data9,parentDataProperty:"contract",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
errors = vErrors.length;
}
}
if(data9.domain !== undefined){
if(!(validate56(data9.domain, {instancePath:instancePath+"/imports/" + i2+"/domain",parentData:data9,parentDataProperty:"domain",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
errors = vErrors.length;
}
}
if(data9.version !== undefined){
if(!(validate62(data9.version, {instancePath:instancePath+"/imports/" + i2+"/version",parentData:data9,parentDataProperty:"version",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
errors = vErrors.length;
}
}
if(data9.binding !== undefined){
if(!(validate64(data9.binding, {instancePath:instancePath+"/imports/" + i2+"/binding",parentData:data9,parentDataProperty:"binding",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
errors = vErrors.length;
}
}
if(data9.verify !== undefined){
if(!(validate58(data9.verify, {instancePath:instancePath+"/imports/" + i2+"/verify",parentData:data9,parentDataProperty:"verify",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate58.errors : vErrors.concat(validate58.errors);
errors = vErrors.length;
}
}
if(data9.covers !== undefined){
let data15 = data9.covers;
if(!(data15 && typeof data15 == "object" && !Array.isArray(data15))){
const err11 = {instancePath:instancePath+"/imports/" + i2+"/covers",schemaPath:"#/properties/imports/items/properties/covers/type",keyword:"type",params:{type: "object"},schema:schema19.properties.imports.items.properties.covers.type,parentSchema:schema19.properties.imports.items.properties.covers,data:data15};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data9.uses !== undefined){
let data16 = data9.uses;
if(Array.isArray(data16)){
if(data16.length > 1000){
const err12 = {instancePath:instancePath+"/imports/" + i2+"/uses",schemaPath:"#/properties/imports/items/properties/uses/maxItems",keyword:"maxItems",params:{limit: 1000},schema:1000,parentSchema:schema19.properties.imports.items.properties.uses,data:data16};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
const len3 = data16.length;
for(let i3=0; i3<len3; i3++){
let data17 = data16[i3];
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
if(data17.subject === undefined){
const err13 = {instancePath:instancePath+"/imports/" + i2+"/uses/" + i3,schemaPath:"#/properties/imports/items/properties/uses/items/required",keyword:"required",params:{missingProperty: "subject"},schema:schema19.properties.imports.items.properties.uses.items.required,parentSchema:schema19.properties.imports.items.properties.uses.items,data:data17};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data17.at === undefined){
const err14 = {instancePath:instancePath+"/imports/" + i2+"/uses/" + i3,schemaPath:"#/properties/imports/items/properties/uses/items/required",keyword:"required",params:{missingProperty: "at"},schema:schema19.properties.imports.items.properties.uses.items.required,parentSchema:schema19.properties.imports.items.properties.uses.items,data:data17};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data17.subject !== undefined){
let data18 = data17.subject;
if(typeof data18 !== "string"){
const err15 = {instancePath:instancePath+"/imports/" + i2+"/uses/" + i3+"/subject",schemaPath:"#/properties/imports/items/properties/uses/items/properties/subject/type",keyword:"type",params:{type: "string"},schema:schema19.properties.imports.items.properties.uses.items.properties.subject.type,parentSchema:schema19.properties.imports.items.properties.uses.items.properties.subject,data:data18};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data17.at !== undefined){
let data19 = data17.at;
if(typeof data19 !== "string"){
const err16 = {instancePath:instancePath+"/imports/" + i2+"/uses/" + i3+"/at",schemaPath:"#/properties/imports/items/properties/uses/items/properties/at/type",keyword:"type",params:{type: "string"},schema:schema19.properties.imports.items.properties.uses.items.properties.at.type,parentSchema:schema19.properties.imports.items.properties.uses.items.properties.at,data:data19};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/imports/" + i2+"/uses/" + i3,schemaPath:"#/properties/imports/items/properties/uses/items/type",keyword:"type",params:{type: "object"},schema:schema19.properties.imports.items.properties.uses.items.type,parentSchema:schema19.properties.imports.items.properties.uses.items,data:data17};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath:instancePath+"/imports/" + i2+"/uses",schemaPath:"#/properties/imports/items/properties/uses/type",keyword:"type",params:{type: "array"},schema:schema19.properties.imports.items.properties.uses.type,parentSchema:schema19.properties.imports.items.properties.uses,data:data16};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data9.unread !== undefined){
let data20 = data9.unread;
if(Array.isArray(data20)){
if(data20.length > 1001){
const err19 = {instancePath:instancePath+"/imports/" + i2+"/unread",schemaPath:"#/properties/imports/items/properties/unread/maxItems",keyword:"maxItems",params:{limit: 1001},schema:1001,parentSchema:schema19.properties.imports.items.properties.unread,data:data20};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
const len4 = data20.length;
for(let i4=0; i4<len4; i4++){
let data21 = data20[i4];
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.at === undefined){
const err20 = {instancePath:instancePath+"/imports/" + i2+"/unread/" + i4,schemaPath:"#/properties/imports/items/properties/unread/items/required",keyword:"required",params:{missingProperty: "at"},schema:schema19.properties.imports.items.properties.unread.items.required,parentSchema:schema19.properties.imports.items.properties.unread.items,data:data21};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data21.why === undefined){
const err21 = {instancePath:instancePath+"/imports/" + i2+"/unread/" + i4,schemaPath:"#/properties/imports/items/properties/unread/items/required",keyword:"required",params:{missingProperty: "why"},schema:schema19.properties.imports.items.properties.unread.items.required,parentSchema:schema19.properties.imports.items.properties.unread.items,data:data21};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data21.at !== undefined){
let data22 = data21.at;
if(typeof data22 !== "string"){
const err22 = {instancePath:instancePath+"/imports/" + i2+"/unread/" + i4+"/at",schemaPath:"#/properties/imports/items/properties/unread/items/properties/at/type",keyword:"type",params:{type: "string"},schema:schema19.properties.imports.items.properties.unread.items.properties.at.type,parentSchema:schema19.properties.imports.items.properties.unread.items.properties.at,data:data22};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data21.why !== undefined){
let data23 = data21.why;
if(typeof data23 !== "string"){
const err23 = {instancePath:instancePath+"/imports/" + i2+"/unread/" + i4+"/why",schemaPath:"#/properties/imports/items/properties/unread/items/properties/why/type",keyword:"type",params:{type: "string"},schema:schema19.properties.imports.items.properties.unread.items.properties.why.type,parentSchema:schema19.properties.imports.items.properties.unread.items.properties.why,data:data23};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
else {
const err24 = {instancePath:instancePath+"/imports/" + i2+"/unread/" + i4,schemaPath:"#/properties/imports/items/properties/unread/items/type",keyword:"type",params:{type: "object"},schema:schema19.properties.imports.items.properties.unread.items.type,parentSchema:schema19.properties.imports.items.properties.unread.items,data:data21};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
else {
const err25 = {instancePath:instancePath+"/imports/" + i2+"/unread",schemaPath:"#/properties/imports/items/properties/unread/type",keyword:"type",params:{type: "array"},schema:schema19.properties.imports.items.properties.unread.type,parentSchema:schema19.properties.imports.items.properties.unread,data:data20};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data9.status !== undefined){
let data24 = data9.status;
if(typeof data24 !== "string"){
const err26 = {instancePath:instancePath+"/imports/" + i2+"/status",schemaPath:"#/properties/imports/items/properties/status/type",keyword:"type",params:{type: "string"},schema:schema19.properties.imports.items.properties.status.type,parentSchema:schema19.properties.imports.items.properties.status,data:data24};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data9.proof !== undefined){
let data25 = data9.proof;
if(typeof data25 !== "string"){
const err27 = {instancePath:instancePath+"/imports/" + i2+"/proof",schemaPath:"#/properties/imports/items/properties/proof/type",keyword:"type",params:{type: "string"},schema:schema19.properties.imports.items.properties.proof.type,parentSchema:schema19.properties.imports.items.properties.proof,data:data25};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data9.resolved_version !== undefined){
if(!(validate67(data9.resolved_version, {instancePath:instancePath+"/imports/" + i2+"/resolved_version",parentData:data9,parentDataProperty:"resolved_version",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate67.errors : vErrors.concat(validate67.errors);
errors = vErrors.length;
}
}
if(data9.resolved_commit !== undefined){
if(!(validate69(data9.resolved_commit, {instancePath:instancePath+"/imports/" + i2+"/resolved_commit",parentData:data9,parentDataProperty:"resolved_commit",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
errors = vErrors.length;
}
}
if(data9.resolved_at !== undefined){
if(!(validate71(data9.resolved_at, {instancePath:instancePath+"/imports/" + i2+"/resolved_at",parentData:data9,parentDataProperty:"resolved_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate71.errors : vErrors.concat(validate71.errors);
errors = vErrors.length;
}
}
}
else {
const err28 = {instancePath:instancePath+"/imports/" + i2,schemaPath:"#/properties/imports/items/type",keyword:"type",params:{type: "object"},schema:schema19.properties.imports.items.type,parentSchema:schema19.properties.imports.items,data:data9};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/imports",schemaPath:"#/properties/imports/type",keyword:"type",params:{type: "array"},schema:schema19.properties.imports.type,parentSchema:schema19.properties.imports,data:data8};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema19.type,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
validate52.errors = vErrors;
return errors === 0;
}
validate52.evaluated = {"props":{"repo":true,"role":true,"exports":true,"imports":true},"dynamicProps":false,"dynamicItems":false};

export const config = validate73;
const schema29 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"config.schema.json","title":".blue/config.yaml","description":"Which realm a repo is in.","type":"object","required":["realm","repo"],"properties":{"realm":{"type":"object","required":["name"],"properties":{"name":{"$ref":"common.schema.json#/$defs/name"},"path":{"$ref":"common.schema.json#/$defs/location"},"url":{"$ref":"common.schema.json#/$defs/location"}},"x-expected":"a mapping with name, and path or url"},"repo":{"$ref":"common.schema.json#/$defs/repo"},"domains":{"type":"array","items":{"type":"object","required":["name"],"properties":{"name":{"$ref":"common.schema.json#/$defs/name"},"role":{"enum":["provider","consumer","both"],"x-expected":"provider, consumer or both"},"contracts":{"type":"array","items":{"$ref":"common.schema.json#/$defs/name"},"x-expected":"a list of contract names"}},"x-expected":"a domain with name, role and contracts"},"x-expected":"a list of domains with name, role and contracts"},"detected_exports":{"description":"Found by join, waiting for a domain.","type":"array","items":{},"x-expected":"a list of exports"},"suppress":{"description":"Findings of check that this repo accepts.","type":"array","items":{"type":"object","required":["finding"],"properties":{"finding":{"type":"string","x-expected":"a string"},"reason":{"type":"string","x-expected":"a string"},"until":{"$ref":"common.schema.json#/$defs/time"}},"x-expected":"a finding with reason and until"},"x-expected":"a list of findings with reason and until"}},"x-expected":"a mapping of keys to values"};

function validate74(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate74.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate74.errors = vErrors;
return errors === 0;
}
validate74.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate76(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate76.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern8.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]{1,4096}$"},schema:"^[^\\u0000-\\u001f\\u007f]{1,4096}$",parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema25.type,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate76.errors = vErrors;
return errors === 0;
}
validate76.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate79(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate79.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern3.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema21.type,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate79.errors = vErrors;
return errors === 0;
}
validate79.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate83(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate83.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern11.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$"},schema:"^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$",parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate83.errors = vErrors;
return errors === 0;
}
validate83.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate73(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="config.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate73.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.realm === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "realm"},schema:schema29.required,parentSchema:schema29,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.repo === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "repo"},schema:schema29.required,parentSchema:schema29,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.realm !== undefined){
let data0 = data.realm;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.name === undefined){
const err2 = {instancePath:instancePath+"/realm",schemaPath:"#/properties/realm/required",keyword:"required",params:{missingProperty: "name"},schema:schema29.properties.realm.required,parentSchema:schema29.properties.realm,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data0.name !== undefined){
if(!(validate74(data0.name, {instancePath:instancePath+"/realm/name",parentData:data0,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate74.errors : vErrors.concat(validate74.errors);
errors = vErrors.length;
}
}
if(data0.path !== undefined){
if(!(validate76(data0.path, {instancePath:instancePath+"/realm/path",parentData:data0,parentDataProperty:"path",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
}
if(data0.url !== undefined){
if(!(validate76(data0.url, {instancePath:instancePath+"/realm/url",parentData:data0,parentDataProperty:"url",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath:instancePath+"/realm",schemaPath:"#/properties/realm/type",keyword:"type",params:{type: "object"},schema:schema29.properties.realm.type,parentSchema:schema29.properties.realm,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.repo !== undefined){
if(!(validate79(data.repo, {instancePath:instancePath+"/repo",parentData:data,parentDataProperty:"repo",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate79.errors : vErrors.concat(validate79.errors);
errors = vErrors.length;
}
}
if(data.domains !== undefined){
let data5 = data.domains;
if(Array.isArray(data5)){
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.name === undefined){
const err4 = {instancePath:instancePath+"/domains/" + i0,schemaPath:"#/properties/domains/items/required",keyword:"required",params:{missingProperty: "name"},schema:schema29.properties.domains.items.required,parentSchema:schema29.properties.domains.items,data:data6};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data6.name !== undefined){
if(!(validate74(data6.name, {instancePath:instancePath+"/domains/" + i0+"/name",parentData:data6,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate74.errors : vErrors.concat(validate74.errors);
errors = vErrors.length;
}
}
if(data6.role !== undefined){
let data8 = data6.role;
if(!(((data8 === "provider") || (data8 === "consumer")) || (data8 === "both"))){
const err5 = {instancePath:instancePath+"/domains/" + i0+"/role",schemaPath:"#/properties/domains/items/properties/role/enum",keyword:"enum",params:{allowedValues: schema29.properties.domains.items.properties.role.enum},schema:schema29.properties.domains.items.properties.role.enum,parentSchema:schema29.properties.domains.items.properties.role,data:data8};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data6.contracts !== undefined){
let data9 = data6.contracts;
if(Array.isArray(data9)){
const len1 = data9.length;
for(let i1=0; i1<len1; i1++){
if(!(validate74(data9[i1], {instancePath:instancePath+"/domains/" + i0+"/contracts/" + i1,parentData:data9,parentDataProperty:i1,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate74.errors : vErrors.concat(validate74.errors);
errors = vErrors.length;
}
}
}
else {
const err6 = {instancePath:instancePath+"/domains/" + i0+"/contracts",schemaPath:"#/properties/domains/items/properties/contracts/type",keyword:"type",params:{type: "array"},schema:schema29.properties.domains.items.properties.contracts.type,parentSchema:schema29.properties.domains.items.properties.contracts,data:data9};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath:instancePath+"/domains/" + i0,schemaPath:"#/properties/domains/items/type",keyword:"type",params:{type: "object"},schema:schema29.properties.domains.items.type,parentSchema:schema29.properties.domains.items,data:data6};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/domains",schemaPath:"#/properties/domains/type",keyword:"type",params:{type: "array"},schema:schema29.properties.domains.type,parentSchema:schema29.properties.domains,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.detected_exports !== undefined){
let data11 = data.detected_exports;
if(!(Array.isArray(data11))){
const err9 = {instancePath:instancePath+"/detected_exports",schemaPath:"#/properties/detected_exports/type",keyword:"type",params:{type: "array"},schema:schema29.properties.detected_exports.type,parentSchema:schema29.properties.detected_exports,data:data11};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.suppress !== undefined){
let data12 = data.suppress;
if(Array.isArray(data12)){
const len2 = data12.length;
for(let i2=0; i2<len2; i2++){
let data13 = data12[i2];
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
if(data13.finding === undefined){
const err10 = {instancePath:instancePath+"/suppress/" + i2,schemaPath:"#/properties/suppress/items/required",keyword:"required",params:{missingProperty: "finding"},schema:schema29.properties.suppress.items.required,parentSchema:schema29.properties.suppress.items,data:data13};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data13.finding !== undefined){
let data14 = data13.finding;
if(typeof data14 !== "string"){
const err11 = {instancePath:instancePath+"/suppress/" + i2+"/finding",schemaPath:"#/properties/suppress/items/properties/finding/type",keyword:"type",params:{type: "string"},schema:schema29.properties.suppress.items.properties.finding.type,parentSchema:schema29.properties.suppress.items.properties.finding,data:data14};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data13.reason !== undefined){
let data15 = data13.reason;
if(typeof data15 !== "string"){
const err12 = {instancePath:instancePath+"/suppress/" + i2+"/reason",schemaPath:"#/properties/suppress/items/properties/reason/type",keyword:"type",params:{type: "string"},schema:schema29.properties.suppress.items.properties.reason.type,parentSchema:schema29.properties.suppress.items.properties.reason,data:data15};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data13.until !== undefined){
if(!(validate83(data13.until, {instancePath:instancePath+"/suppress/" + i2+"/until",parentData:data13,parentDataProperty:"until",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate83.errors : vErrors.concat(validate83.errors);
errors = vErrors.length;
}
}
}
else {
const err13 = {instancePath:instancePath+"/suppress/" + i2,schemaPath:"#/properties/suppress/items/type",keyword:"type",params:{type: "object"},schema:schema29.properties.suppress.items.type,parentSchema:schema29.properties.suppress.items,data:data13};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/suppress",schemaPath:"#/properties/suppress/type",keyword:"type",params:{type: "array"},schema:schema29.properties.suppress.type,parentSchema:schema29.properties.suppress,data:data12};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema29.type,parentSchema:schema29,data};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
validate73.errors = vErrors;
return errors === 0;
}
validate73.evaluated = {"props":{"realm":true,"repo":true,"domains":true,"detected_exports":true,"suppress":true},"dynamicProps":false,"dynamicItems":false};

export const contract = validate85;
const schema34 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"contract.schema.json","title":"domains/<domain>/contracts/<contract>.yaml","description":"A named, versioned value with a JSON Schema, owned by the repo that exports it.","type":"object","required":["name","version"],"properties":{"name":{"$ref":"common.schema.json#/$defs/name"},"kind":{"description":"What the contract is about; where it is missing, its content tells.","$ref":"common.schema.json#/$defs/name"},"version":{"$ref":"common.schema.json#/$defs/semver"},"owner":{"description":"The repo that may change it; default: the one provider.","$ref":"common.schema.json#/$defs/repo"},"offered_to":{"description":"The repo that its owner gives it to, and that has not accepted yet.","$ref":"common.schema.json#/$defs/repo"},"formerly":{"description":"Earlier names: imports by them still hold.","type":"array","items":{"$ref":"common.schema.json#/$defs/name"},"x-expected":"a list of contract names"},"description":{"type":"string","x-expected":"a string"},"compatibility":{"description":"What the provider promises.","type":"object","properties":{"backwards":{"type":"boolean","x-expected":"true or false"},"forwards":{"type":"boolean","x-expected":"true or false"},"transitive":{"description":"Towards all earlier versions of the same line, not only the last one.","type":"boolean","x-expected":"true or false"},"level":{"description":"Of .proto files: what is sent, what is sent as JSON as well (the default), or generated code too.","enum":["wire","wire-json","source"],"x-expected":"wire, wire-json or source"}},"x-expected":"a mapping such as { backwards: true, forwards: false }"},"schema":{"description":"JSON Schema of the value.","type":["object","boolean"],"x-expected":"a JSON Schema: a mapping, or true"},"value":{"description":"The value itself: anything that JSON can hold."},"content":{"description":"The files in <contract>.d/ that the contract consists of, byte for byte; then it has neither schema nor value.","type":"array","items":{"type":"object","required":["path","oid","bytes"],"properties":{"path":{"description":"Where the provider's repository has it.","type":"string","pattern":"^[^/\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$","x-expected":"a path such as openapi.yaml"},"oid":{"description":"The blob's name in the realm's repository.","type":"string","pattern":"^(?:[0-9a-f]{40}|[0-9a-f]{64})$","x-expected":"the name of a git blob"},"bytes":{"type":"integer","minimum":0,"x-expected":"a number of bytes"}},"x-expected":"a file with path, oid and bytes"},"x-expected":"a list of files with path, oid and bytes"},"changelog":{"type":"array","items":{"type":"object","required":["version"],"properties":{"version":{"$ref":"common.schema.json#/$defs/semver"},"date":{"$ref":"common.schema.json#/$defs/time"},"changes":{"type":"array","items":{"type":"string","x-expected":"a string"},"x-expected":"a list of sentences in quotes"},"effective_at":{"description":"Of a breaking version that another one followed before it was in effect.","$ref":"common.schema.json#/$defs/time"}},"x-expected":"a release with version, date and changes"},"x-expected":"a list of releases with version, date and changes"},"evolution":{"description":"Another name of changelog.","type":"array","items":{"type":"object","required":["version"],"properties":{"version":{"$ref":"common.schema.json#/$defs/semver"},"date":{"$ref":"common.schema.json#/$defs/time"},"changes":{"type":"array","items":{"type":"string","x-expected":"a string"},"x-expected":"a list of sentences in quotes"},"effective_at":{"description":"Of a breaking version that another one followed before it was in effect.","$ref":"common.schema.json#/$defs/time"}},"x-expected":"a release with version, date and changes"},"x-expected":"a list of releases with version, date and changes"},"source_commit":{"description":"The provider's commit this value was read from.","$ref":"common.schema.json#/$defs/commit"},"effective_at":{"description":"When a breaking change takes effect; until then the version before stays valid.","$ref":"common.schema.json#/$defs/time"},"deprecations":{"type":"array","items":{"type":"object","required":["pointer"],"properties":{"pointer":{"type":"string","pattern":"^(?:/|$)","x-expected":"a JSON pointer such as /write/0"},"since":{"$ref":"common.schema.json#/$defs/semver"},"sunset":{"$ref":"common.schema.json#/$defs/time"},"reason":{"type":"string","x-expected":"a string"}},"x-expected":"a deprecation with pointer, since, sunset and reason"},"x-expected":"a list of deprecations with pointer, since, sunset and reason"}},"x-expected":"a mapping of keys to values"};

function validate86(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate86.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate86.errors = vErrors;
return errors === 0;
}
validate86.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate89(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate89.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern9.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,256}$)(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?$"},schema:"^(?=.{1,256}$)(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?$",parentSchema:schema26,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema26.type,parentSchema:schema26,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate89.errors = vErrors;
return errors === 0;
}
validate89.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate91(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate91.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern3.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema21.type,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate91.errors = vErrors;
return errors === 0;
}
validate91.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate96(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate96.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern11.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$"},schema:"^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$",parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate96.errors = vErrors;
return errors === 0;
}
validate96.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate102(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate102.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern10.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Za-z]{4,64}$"},schema:"^[0-9A-Za-z]{4,64}$",parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema27.type,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate102.errors = vErrors;
return errors === 0;
}
validate102.evaluated = {"dynamicProps":false,"dynamicItems":false};

const pattern19 = new RegExp("^[^/\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$", "u");
const pattern20 = new RegExp("^(?:[0-9a-f]{40}|[0-9a-f]{64})$", "u");
const pattern23 = new RegExp("^(?:/|$)", "u");

function validate85(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="contract.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate85.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},schema:schema34.required,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.version === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},schema:schema34.required,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.name !== undefined){
if(!(validate86(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate86.errors : vErrors.concat(validate86.errors);
errors = vErrors.length;
}
}
if(data.kind !== undefined){
if(!(validate86(data.kind, {instancePath:instancePath+"/kind",parentData:data,parentDataProperty:"kind",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate86.errors : vErrors.concat(validate86.errors);
errors = vErrors.length;
}
}
if(data.version !== undefined){
if(!(validate89(data.version, {instancePath:instancePath+"/version",parentData:data,parentDataProperty:"version",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate89.errors : vErrors.concat(validate89.errors);
errors = vErrors.length;
}
}
if(data.owner !== undefined){
if(!(validate91(data.owner, {instancePath:instancePath+"/owner",parentData:data,parentDataProperty:"owner",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate91.errors : vErrors.concat(validate91.errors);
errors = vErrors.length;
}
}
if(data.offered_to !== undefined){
if(!(validate91(data.offered_to, {instancePath:instancePath+"/offered_to",parentData:data,parentDataProperty:"offered_to",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate91.errors : vErrors.concat(validate91.errors);
errors = vErrors.length;
}
}
if(data.formerly !== undefined){
let data5 = data.formerly;
if(Array.isArray(data5)){
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
if(!(validate86(data5[i0], {instancePath:instancePath+"/formerly/" + i0,parentData:data5,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate86.errors : vErrors.concat(validate86.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/formerly",schemaPath:"#/properties/formerly/type",keyword:"type",params:{type: "array"},schema:schema34.properties.formerly.type,parentSchema:schema34.properties.formerly,data:data5};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.description !== undefined){
let data7 = data.description;
if(typeof data7 !== "string"){
const err3 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},schema:schema34.properties.description.type,parentSchema:schema34.properties.description,data:data7};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.compatibility !== undefined){
let data8 = data.compatibility;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(data8.backwards !== undefined){
let data9 = data8.backwards;
if(typeof data9 !== "boolean"){
const err4 = {instancePath:instancePath+"/compatibility/backwards",schemaPath:"#/properties/compatibility/properties/backwards/type",keyword:"type",params:{type: "boolean"},schema:schema34.properties.compatibility.properties.backwards.type,parentSchema:schema34.properties.compatibility.properties.backwards,data:data9};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data8.forwards !== undefined){
let data10 = data8.forwards;
if(typeof data10 !== "boolean"){
const err5 = {instancePath:instancePath+"/compatibility/forwards",schemaPath:"#/properties/compatibility/properties/forwards/type",keyword:"type",params:{type: "boolean"},schema:schema34.properties.compatibility.properties.forwards.type,parentSchema:schema34.properties.compatibility.properties.forwards,data:data10};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data8.transitive !== undefined){
let data11 = data8.transitive;
if(typeof data11 !== "boolean"){
const err6 = {instancePath:instancePath+"/compatibility/transitive",schemaPath:"#/properties/compatibility/properties/transitive/type",keyword:"type",params:{type: "boolean"},schema:schema34.properties.compatibility.properties.transitive.type,parentSchema:schema34.properties.compatibility.properties.transitive,data:data11};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data8.level !== undefined){
let data12 = data8.level;
if(!(((data12 === "wire") || (data12 === "wire-json")) || (data12 === "source"))){
const err7 = {instancePath:instancePath+"/compatibility/level",schemaPath:"#/properties/compatibility/properties/level/enum",keyword:"enum",params:{allowedValues: schema34.properties.compatibility.properties.level.enum},schema:schema34.properties.compatibility.properties.level.enum,parentSchema:schema34.properties.compatibility.properties.level,data:data12};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/compatibility",schemaPath:"#/properties/compatibility/type",keyword:"type",params:{type: "object"},schema:schema34.properties.compatibility.type,parentSchema:schema34.properties.compatibility,data:data8};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.schema !== undefined){
let data13 = data.schema;
if((!(data13 && typeof data13 == "object" && !Array.isArray(data13))) && (typeof data13 !== "boolean")){
const err9 = {instancePath:instancePath+"/schema",schemaPath:"#/properties/schema/type",keyword:"type",params:{type: schema34.properties.schema.type},schema:schema34.properties.schema.type,parentSchema:schema34.properties.schema,data:data13};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.content !== undefined){
let data14 = data.content;
if(Array.isArray(data14)){
const len1 = data14.length;
for(let i1=0; i1<len1; i1++){
let data15 = data14[i1];
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(data15.path === undefined){
const err10 = {instancePath:instancePath+"/content/" + i1,schemaPath:"#/properties/content/items/required",keyword:"required",params:{missingProperty: "path"},schema:schema34.properties.content.items.required,parentSchema:schema34.properties.content.items,data:data15};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data15.oid === undefined){
const err11 = {instancePath:instancePath+"/content/" + i1,schemaPath:"#/properties/content/items/required",keyword:"required",params:{missingProperty: "oid"},schema:schema34.properties.content.items.required,parentSchema:schema34.properties.content.items,data:data15};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data15.bytes === undefined){
const err12 = {instancePath:instancePath+"/content/" + i1,schemaPath:"#/properties/content/items/required",keyword:"required",params:{missingProperty: "bytes"},schema:schema34.properties.content.items.required,parentSchema:schema34.properties.content.items,data:data15};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data15.path !== undefined){
let data16 = data15.path;
if(typeof data16 === "string"){
if(!pattern19.test(data16)){
const err13 = {instancePath:instancePath+"/content/" + i1+"/path",schemaPath:"#/properties/content/items/properties/path/pattern",keyword:"pattern",params:{pattern: "^[^/\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$"},schema:"^[^/\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$",parentSchema:schema34.properties.content.items.properties.path,data:data16};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/content/" + i1+"/path",schemaPath:"#/properties/content/items/properties/path/type",keyword:"type",params:{type: "string"},schema:schema34.properties.content.items.properties.path.type,parentSchema:schema34.properties.content.items.properties.path,data:data16};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data15.oid !== undefined){
let data17 = data15.oid;
if(typeof data17 === "string"){
if(!pattern20.test(data17)){
const err15 = {instancePath:instancePath+"/content/" + i1+"/oid",schemaPath:"#/properties/content/items/properties/oid/pattern",keyword:"pattern",params:{pattern: "^(?:[0-9a-f]{40}|[0-9a-f]{64})$"},schema:"^(?:[0-9a-f]{40}|[0-9a-f]{64})$",parentSchema:schema34.properties.content.items.properties.oid,data:data17};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/content/" + i1+"/oid",schemaPath:"#/properties/content/items/properties/oid/type",keyword:"type",params:{type: "string"},schema:schema34.properties.content.items.properties.oid.type,parentSchema:schema34.properties.content.items.properties.oid,data:data17};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data15.bytes !== undefined){
let data18 = data15.bytes;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
const err17 = {instancePath:instancePath+"/content/" + i1+"/bytes",schemaPath:"#/properties/content/items/properties/bytes/type",keyword:"type",params:{type: "integer"},schema:schema34.properties.content.items.properties.bytes.type,parentSchema:schema34.properties.content.items.properties.bytes,data:data18};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 < 0 || isNaN(data18)){
const err18 = {instancePath:instancePath+"/content/" + i1+"/bytes",schemaPath:"#/properties/content/items/properties/bytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema34.properties.content.items.properties.bytes,data:data18};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
}
else {
const err19 = {instancePath:instancePath+"/content/" + i1,schemaPath:"#/properties/content/items/type",keyword:"type",params:{type: "object"},schema:schema34.properties.content.items.type,parentSchema:schema34.properties.content.items,data:data15};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath:instancePath+"/content",schemaPath:"#/properties/content/type",keyword:"type",params:{type: "array"},schema:schema34.properties.content.type,parentSchema:schema34.properties.content,data:data14};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.changelog !== undefined){
let data19 = data.changelog;
if(Array.isArray(data19)){
const len2 = data19.length;
for(let i2=0; i2<len2; i2++){
let data20 = data19[i2];
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
if(data20.version === undefined){
const err21 = {instancePath:instancePath+"/changelog/" + i2,schemaPath:"#/properties/changelog/items/required",keyword:"required",params:{missingProperty: "version"},schema:schema34.properties.changelog.items.required,parentSchema:schema34.properties.changelog.items,data:data20};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data20.version !== undefined){
if(!(validate89(data20.version, {instancePath:instancePath+"/changelog/" + i2+"/version",parentData:data20,parentDataProperty:"version",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate89.errors : vErrors.concat(validate89.errors);
errors = vErrors.length;
}
}
if(data20.date !== undefined){
if(!(validate96(data20.date, {instancePath:instancePath+"/changelog/" + i2+"/date",parentData:data20,parentDataProperty:"date",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors);
errors = vErrors.length;
}
}
if(data20.changes !== undefined){
let data23 = data20.changes;
if(Array.isArray(data23)){
const len3 = data23.length;
for(let i3=0; i3<len3; i3++){
let data24 = data23[i3];
if(typeof data24 !== "string"){
const err22 = {instancePath:instancePath+"/changelog/" + i2+"/changes/" + i3,schemaPath:"#/properties/changelog/items/properties/changes/items/type",keyword:"type",params:{type: "string"},schema:schema34.properties.changelog.items.properties.changes.items.type,parentSchema:schema34.properties.changelog.items.properties.changes.items,data:data24};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/changelog/" + i2+"/changes",schemaPath:"#/properties/changelog/items/properties/changes/type",keyword:"type",params:{type: "array"},schema:schema34.properties.changelog.items.properties.changes.type,parentSchema:schema34.properties.changelog.items.properties.changes,data:data23};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data20.effective_at !== undefined){
if(!(validate96(data20.effective_at, {instancePath:instancePath+"/changelog/" + i2+"/effective_at",parentData:data20,parentDataProperty:"effective_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors);
errors = vErrors.length;
}
}
}
else {
const err24 = {instancePath:instancePath+"/changelog/" + i2,schemaPath:"#/properties/changelog/items/type",keyword:"type",params:{type: "object"},schema:schema34.properties.changelog.items.type,parentSchema:schema34.properties.changelog.items,data:data20};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
else {
const err25 = {instancePath:instancePath+"/changelog",schemaPath:"#/properties/changelog/type",keyword:"type",params:{type: "array"},schema:schema34.properties.changelog.type,parentSchema:schema34.properties.changelog,data:data19};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.evolution !== undefined){
let data26 = data.evolution;
if(Array.isArray(data26)){
const len4 = data26.length;
for(let i4=0; i4<len4; i4++){
let data27 = data26[i4];
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
if(data27.version === undefined){
const err26 = {instancePath:instancePath+"/evolution/" + i4,schemaPath:"#/properties/evolution/items/required",keyword:"required",params:{missingProperty: "version"},schema:schema34.properties.evolution.items.required,parentSchema:schema34.properties.evolution.items,data:data27};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data27.version !== undefined){
if(!(validate89(data27.version, {instancePath:instancePath+"/evolution/" + i4+"/version",parentData:data27,parentDataProperty:"version",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate89.errors : vErrors.concat(validate89.errors);
errors = vErrors.length;
}
}
if(data27.date !== undefined){
if(!(validate96(data27.date, {instancePath:instancePath+"/evolution/" + i4+"/date",parentData:data27,parentDataProperty:"date",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors);
errors = vErrors.length;
}
}
if(data27.changes !== undefined){
let data30 = data27.changes;
if(Array.isArray(data30)){
const len5 = data30.length;
for(let i5=0; i5<len5; i5++){
let data31 = data30[i5];
if(typeof data31 !== "string"){
const err27 = {instancePath:instancePath+"/evolution/" + i4+"/changes/" + i5,schemaPath:"#/properties/evolution/items/properties/changes/items/type",keyword:"type",params:{type: "string"},schema:schema34.properties.evolution.items.properties.changes.items.type,parentSchema:schema34.properties.evolution.items.properties.changes.items,data:data31};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
else {
const err28 = {instancePath:instancePath+"/evolution/" + i4+"/changes",schemaPath:"#/properties/evolution/items/properties/changes/type",keyword:"type",params:{type: "array"},schema:schema34.properties.evolution.items.properties.changes.type,parentSchema:schema34.properties.evolution.items.properties.changes,data:data30};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data27.effective_at !== undefined){
if(!(validate96(data27.effective_at, {instancePath:instancePath+"/evolution/" + i4+"/effective_at",parentData:data27,parentDataProperty:"effective_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors);
errors = vErrors.length;
}
}
}
else {
const err29 = {instancePath:instancePath+"/evolution/" + i4,schemaPath:"#/properties/evolution/items/type",keyword:"type",params:{type: "object"},schema:schema34.properties.evolution.items.type,parentSchema:schema34.properties.evolution.items,data:data27};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/evolution",schemaPath:"#/properties/evolution/type",keyword:"type",params:{type: "array"},schema:schema34.properties.evolution.type,parentSchema:schema34.properties.evolution,data:data26};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data.source_commit !== undefined){
if(!(validate102(data.source_commit, {instancePath:instancePath+"/source_commit",parentData:data,parentDataProperty:"source_commit",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate102.errors : vErrors.concat(validate102.errors);
errors = vErrors.length;
}
}
if(data.effective_at !== undefined){
if(!(validate96(data.effective_at, {instancePath:instancePath+"/effective_at",parentData:data,parentDataProperty:"effective_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors);
errors = vErrors.length;
}
}
if(data.deprecations !== undefined){
let data35 = data.deprecations;
if(Array.isArray(data35)){
const len6 = data35.length;
for(let i6=0; i6<len6; i6++){
let data36 = data35[i6];
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
if(data36.pointer === undefined){
const err31 = {instancePath:instancePath+"/deprecations/" + i6,schemaPath:"#/properties/deprecations/items/required",keyword:"required",params:{missingProperty: "pointer"},schema:schema34.properties.deprecations.items.required,parentSchema:schema34.properties.deprecations.items,data:data36};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data36.pointer !== undefined){
let data37 = data36.pointer;
if(typeof data37 === "string"){
if(!pattern23.test(data37)){
const err32 = {instancePath:instancePath+"/deprecations/" + i6+"/pointer",schemaPath:"#/properties/deprecations/items/properties/pointer/pattern",keyword:"pattern",params:{pattern: "^(?:/|$)"},schema:"^(?:/|$)",parentSchema:schema34.properties.deprecations.items.properties.pointer,data:data37};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/deprecations/" + i6+"/pointer",schemaPath:"#/properties/deprecations/items/properties/pointer/type",keyword:"type",params:{type: "string"},schema:schema34.properties.deprecations.items.properties.pointer.type,parentSchema:schema34.properties.deprecations.items.properties.pointer,data:data37};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data36.since !== undefined){
if(!(validate89(data36.since, {instancePath:instancePath+"/deprecations/" + i6+"/since",parentData:data36,parentDataProperty:"since",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate89.errors : vErrors.concat(validate89.errors);
errors = vErrors.length;
}
}
if(data36.sunset !== undefined){
if(!(validate96(data36.sunset, {instancePath:instancePath+"/deprecations/" + i6+"/sunset",parentData:data36,parentDataProperty:"sunset",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors);
errors = vErrors.length;
}
}
if(data36.reason !== undefined){
let data40 = data36.reason;
if(typeof data40 !== "string"){
const err34 = {instancePath:instancePath+"/deprecations/" + i6+"/reason",schemaPath:"#/properties/deprecations/items/properties/reason/type",keyword:"type",params:{type: "string"},schema:schema34.properties.deprecations.items.properties.reason.type,parentSchema:schema34.properties.deprecations.items.properties.reason,data:data40};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
else {
const err35 = {instancePath:instancePath+"/deprecations/" + i6,schemaPath:"#/properties/deprecations/items/type",keyword:"type",params:{type: "object"},schema:schema34.properties.deprecations.items.type,parentSchema:schema34.properties.deprecations.items,data:data36};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/deprecations",schemaPath:"#/properties/deprecations/type",keyword:"type",params:{type: "array"},schema:schema34.properties.deprecations.type,parentSchema:schema34.properties.deprecations,data:data35};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema34.type,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
validate85.errors = vErrors;
return errors === 0;
}
validate85.evaluated = {"props":{"name":true,"kind":true,"version":true,"owner":true,"offered_to":true,"formerly":true,"description":true,"compatibility":true,"schema":true,"value":true,"content":true,"changelog":true,"evolution":true,"source_commit":true,"effective_at":true,"deprecations":true},"dynamicProps":false,"dynamicItems":false};

export const domain = validate107;
const schema40 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"domain.schema.json","title":"domains/<domain>/domain.yaml","description":"A coordination context between repos.","type":"object","required":["name"],"properties":{"name":{"$ref":"common.schema.json#/$defs/name"},"description":{"type":"string","x-expected":"a string"},"created_at":{"$ref":"common.schema.json#/$defs/time"},"members":{"type":"array","items":{"$ref":"common.schema.json#/$defs/repo"},"x-expected":"a list of repo names, such as [aperture, fungal-image-analysis]"},"archived":{"type":"boolean","x-expected":"true or false"}},"x-expected":"a mapping of keys to values"};

function validate108(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate108.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate108.errors = vErrors;
return errors === 0;
}
validate108.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate110(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate110.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern11.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$"},schema:"^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$",parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate110.errors = vErrors;
return errors === 0;
}
validate110.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate112(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate112.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern3.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema21.type,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate112.errors = vErrors;
return errors === 0;
}
validate112.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate107(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="domain.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate107.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},schema:schema40.required,parentSchema:schema40,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.name !== undefined){
if(!(validate108(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate108.errors : vErrors.concat(validate108.errors);
errors = vErrors.length;
}
}
if(data.description !== undefined){
let data1 = data.description;
if(typeof data1 !== "string"){
const err1 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},schema:schema40.properties.description.type,parentSchema:schema40.properties.description,data:data1};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.created_at !== undefined){
if(!(validate110(data.created_at, {instancePath:instancePath+"/created_at",parentData:data,parentDataProperty:"created_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate110.errors : vErrors.concat(validate110.errors);
errors = vErrors.length;
}
}
if(data.members !== undefined){
let data3 = data.members;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
if(!(validate112(data3[i0], {instancePath:instancePath+"/members/" + i0,parentData:data3,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate112.errors : vErrors.concat(validate112.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/members",schemaPath:"#/properties/members/type",keyword:"type",params:{type: "array"},schema:schema40.properties.members.type,parentSchema:schema40.properties.members,data:data3};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.archived !== undefined){
let data5 = data.archived;
if(typeof data5 !== "boolean"){
const err3 = {instancePath:instancePath+"/archived",schemaPath:"#/properties/archived/type",keyword:"type",params:{type: "boolean"},schema:schema40.properties.archived.type,parentSchema:schema40.properties.archived,data:data5};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema40.type,parentSchema:schema40,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate107.errors = vErrors;
return errors === 0;
}
validate107.evaluated = {"props":{"name":true,"description":true,"created_at":true,"members":true,"archived":true},"dynamicProps":false,"dynamicItems":false};

export const governance = validate114;
const schema44 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"governance.schema.json","title":"domains/<domain>/governance.yaml","description":"What this domain rules differently from its realm.","$ref":"common.schema.json#/$defs/governance"};
const schema45 = {"description":"Who may join, and what a breaking change needs.","type":"object","properties":{"admission":{"enum":["open","approval","invite-only"],"x-expected":"open, approval or invite-only"},"approvers":{"$ref":"common.schema.json#/$defs/people"},"breaking_changes":{"type":"object","properties":{"require_approval":{"type":"boolean","x-expected":"true or false"},"grace_period_days":{"type":"number","minimum":0,"maximum":36500,"x-expected":"a number of days, 0 or more"}},"x-expected":"a mapping such as { require_approval: true, grace_period_days: 14 }"},"rules":{"description":"What changes under a rule mean here, by the rule's id; docs/rules.md lists them.","type":"object","additionalProperties":{"enum":["breaking","unknown","compatible","none"],"x-expected":"breaking, unknown, compatible or none"},"x-expected":"a mapping from rules to levels, such as { openapi/response-property-removed: compatible }"}},"x-expected":"a mapping with admission, approvers, breaking_changes and rules"};
const schema46 = {"type":"array","items":{"$ref":"common.schema.json#/$defs/person"},"x-expected":"a list of e-mail addresses, such as [eric@example.com]"};
const schema47 = {"description":"An e-mail address, or another way to name a person.","type":"string","pattern":"^[^\\u0000-\\u001f\\u007f]{1,320}$","x-expected":"an e-mail address such as eric@example.com"};
const pattern27 = new RegExp("^[^\\u0000-\\u001f\\u007f]{1,320}$", "u");

function validate117(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate117.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern27.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]{1,320}$"},schema:"^[^\\u0000-\\u001f\\u007f]{1,320}$",parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema47.type,parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate117.errors = vErrors;
return errors === 0;
}
validate117.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate116(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate116.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(Array.isArray(data)){
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate117(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"},schema:schema46.type,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate116.errors = vErrors;
return errors === 0;
}
validate116.evaluated = {"items":true,"dynamicProps":false,"dynamicItems":false};


function validate115(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate115.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.admission !== undefined){
let data0 = data.admission;
if(!(((data0 === "open") || (data0 === "approval")) || (data0 === "invite-only"))){
const err0 = {instancePath:instancePath+"/admission",schemaPath:"#/properties/admission/enum",keyword:"enum",params:{allowedValues: schema45.properties.admission.enum},schema:schema45.properties.admission.enum,parentSchema:schema45.properties.admission,data:data0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.approvers !== undefined){
if(!(validate116(data.approvers, {instancePath:instancePath+"/approvers",parentData:data,parentDataProperty:"approvers",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate116.errors : vErrors.concat(validate116.errors);
errors = vErrors.length;
}
}
if(data.breaking_changes !== undefined){
let data2 = data.breaking_changes;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.require_approval !== undefined){
let data3 = data2.require_approval;
if(typeof data3 !== "boolean"){
const err1 = {instancePath:instancePath+"/breaking_changes/require_approval",schemaPath:"#/properties/breaking_changes/properties/require_approval/type",keyword:"type",params:{type: "boolean"},schema:schema45.properties.breaking_changes.properties.require_approval.type,parentSchema:schema45.properties.breaking_changes.properties.require_approval,data:data3};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data2.grace_period_days !== undefined){
let data4 = data2.grace_period_days;
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 36500 || isNaN(data4)){
const err2 = {instancePath:instancePath+"/breaking_changes/grace_period_days",schemaPath:"#/properties/breaking_changes/properties/grace_period_days/maximum",keyword:"maximum",params:{comparison: "<=", limit: 36500},schema:36500,parentSchema:schema45.properties.breaking_changes.properties.grace_period_days,data:data4};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data4 < 0 || isNaN(data4)){
const err3 = {instancePath:instancePath+"/breaking_changes/grace_period_days",schemaPath:"#/properties/breaking_changes/properties/grace_period_days/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema45.properties.breaking_changes.properties.grace_period_days,data:data4};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/breaking_changes/grace_period_days",schemaPath:"#/properties/breaking_changes/properties/grace_period_days/type",keyword:"type",params:{type: "number"},schema:schema45.properties.breaking_changes.properties.grace_period_days.type,parentSchema:schema45.properties.breaking_changes.properties.grace_period_days,data:data4};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/breaking_changes",schemaPath:"#/properties/breaking_changes/type",keyword:"type",params:{type: "object"},schema:schema45.properties.breaking_changes.type,parentSchema:schema45.properties.breaking_changes,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.rules !== undefined){
let data5 = data.rules;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
for(const key0 in data5){
let data6 = data5[key0];
if(!((((data6 === "breaking") || (data6 === "unknown")) || (data6 === "compatible")) || (data6 === "none"))){
const err6 = {instancePath:instancePath+"/rules/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/rules/additionalProperties/enum",keyword:"enum",params:{allowedValues: schema45.properties.rules.additionalProperties.enum},schema:schema45.properties.rules.additionalProperties.enum,parentSchema:schema45.properties.rules.additionalProperties,data:data6};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath:instancePath+"/rules",schemaPath:"#/properties/rules/type",keyword:"type",params:{type: "object"},schema:schema45.properties.rules.type,parentSchema:schema45.properties.rules,data:data5};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema45.type,parentSchema:schema45,data};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
validate115.errors = vErrors;
return errors === 0;
}
validate115.evaluated = {"props":{"admission":true,"approvers":true,"breaking_changes":true,"rules":true},"dynamicProps":false,"dynamicItems":false};


function validate114(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="governance.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate114.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate115(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate115.errors : vErrors.concat(validate115.errors);
errors = vErrors.length;
}
validate114.errors = vErrors;
return errors === 0;
}
validate114.evaluated = {"props":{"admission":true,"approvers":true,"breaking_changes":true,"rules":true},"dynamicProps":false,"dynamicItems":false};

export const index = validate121;
const schema48 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"index.schema.json","title":"index.yaml","description":"The user's own list of realms and of where their checkouts lie.","type":"object","properties":{"realms":{"type":"array","items":{"type":"object","required":["name"],"properties":{"name":{"$ref":"common.schema.json#/$defs/name"},"path":{"$ref":"common.schema.json#/$defs/location"},"url":{"$ref":"common.schema.json#/$defs/location"},"local_path":{"$ref":"common.schema.json#/$defs/location"},"checkouts":{"description":"Repo to folder.","type":"object","additionalProperties":{"$ref":"common.schema.json#/$defs/location"},"x-expected":"a mapping of repos to folders"}},"x-expected":"a realm with name, and path or url"},"x-expected":"a list of realms with name, and path or url"}},"x-expected":"a mapping of keys to values"};

function validate122(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate122.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate122.errors = vErrors;
return errors === 0;
}
validate122.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate124(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate124.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern8.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]{1,4096}$"},schema:"^[^\\u0000-\\u001f\\u007f]{1,4096}$",parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema25.type,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate124.errors = vErrors;
return errors === 0;
}
validate124.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate121(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="index.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate121.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.realms !== undefined){
let data0 = data.realms;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.name === undefined){
const err0 = {instancePath:instancePath+"/realms/" + i0,schemaPath:"#/properties/realms/items/required",keyword:"required",params:{missingProperty: "name"},schema:schema48.properties.realms.items.required,parentSchema:schema48.properties.realms.items,data:data1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data1.name !== undefined){
if(!(validate122(data1.name, {instancePath:instancePath+"/realms/" + i0+"/name",parentData:data1,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate122.errors : vErrors.concat(validate122.errors);
errors = vErrors.length;
}
}
if(data1.path !== undefined){
if(!(validate124(data1.path, {instancePath:instancePath+"/realms/" + i0+"/path",parentData:data1,parentDataProperty:"path",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate124.errors : vErrors.concat(validate124.errors);
errors = vErrors.length;
}
}
if(data1.url !== undefined){
if(!(validate124(data1.url, {instancePath:instancePath+"/realms/" + i0+"/url",parentData:data1,parentDataProperty:"url",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate124.errors : vErrors.concat(validate124.errors);
errors = vErrors.length;
}
}
if(data1.local_path !== undefined){
if(!(validate124(data1.local_path, {instancePath:instancePath+"/realms/" + i0+"/local_path",parentData:data1,parentDataProperty:"local_path",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate124.errors : vErrors.concat(validate124.errors);
errors = vErrors.length;
}
}
if(data1.checkouts !== undefined){
let data6 = data1.checkouts;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key0 in data6){
if(!(validate124(data6[key0], {instancePath:instancePath+"/realms/" + i0+"/checkouts/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data6,parentDataProperty:key0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate124.errors : vErrors.concat(validate124.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath:instancePath+"/realms/" + i0+"/checkouts",schemaPath:"#/properties/realms/items/properties/checkouts/type",keyword:"type",params:{type: "object"},schema:schema48.properties.realms.items.properties.checkouts.type,parentSchema:schema48.properties.realms.items.properties.checkouts,data:data6};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath:instancePath+"/realms/" + i0,schemaPath:"#/properties/realms/items/type",keyword:"type",params:{type: "object"},schema:schema48.properties.realms.items.type,parentSchema:schema48.properties.realms.items,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath:instancePath+"/realms",schemaPath:"#/properties/realms/type",keyword:"type",params:{type: "array"},schema:schema48.properties.realms.type,parentSchema:schema48.properties.realms,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema48.type,parentSchema:schema48,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate121.errors = vErrors;
return errors === 0;
}
validate121.evaluated = {"props":{"realms":true},"dynamicProps":false,"dynamicItems":false};

export const issue = validate129;
const schema51 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"issue.schema.json","title":"forge/<repo>/issues/<n>.yaml","description":"An issue of the embedded forge.","type":"object","required":["number","title","state"],"properties":{"number":{"type":"integer","minimum":1,"x-expected":"a whole number, 1 or more"},"title":{"type":"string","x-expected":"a string"},"body":{"type":"string","x-expected":"a string"},"state":{"enum":["open","closed"],"x-expected":"open or closed"},"author":{"type":"string","x-expected":"a string"},"labels":{"type":"array","items":{"type":"string","x-expected":"a string"},"x-expected":"a list of labels"},"created_at":{"$ref":"common.schema.json#/$defs/time"},"updated_at":{"$ref":"common.schema.json#/$defs/time"},"closed_at":{"$ref":"common.schema.json#/$defs/time"},"comments":{"type":"array","items":{"$ref":"common.schema.json#/$defs/comment"},"x-expected":"a list of comments"}},"x-expected":"a mapping of keys to values"};

function validate130(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate130.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern11.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$"},schema:"^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$",parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate130.errors = vErrors;
return errors === 0;
}
validate130.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema53 = {"type":"object","required":["author","body"],"properties":{"author":{"type":"string","x-expected":"a string"},"body":{"type":"string","x-expected":"a string"},"created_at":{"$ref":"common.schema.json#/$defs/time"}},"x-expected":"a comment with author and body"};

function validate135(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate135.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern11.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$"},schema:"^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$",parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate135.errors = vErrors;
return errors === 0;
}
validate135.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate134(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate134.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.author === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "author"},schema:schema53.required,parentSchema:schema53,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.body === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "body"},schema:schema53.required,parentSchema:schema53,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.author !== undefined){
let data0 = data.author;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/author",schemaPath:"#/properties/author/type",keyword:"type",params:{type: "string"},schema:schema53.properties.author.type,parentSchema:schema53.properties.author,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.body !== undefined){
let data1 = data.body;
if(typeof data1 !== "string"){
const err3 = {instancePath:instancePath+"/body",schemaPath:"#/properties/body/type",keyword:"type",params:{type: "string"},schema:schema53.properties.body.type,parentSchema:schema53.properties.body,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.created_at !== undefined){
if(!(validate135(data.created_at, {instancePath:instancePath+"/created_at",parentData:data,parentDataProperty:"created_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate135.errors : vErrors.concat(validate135.errors);
errors = vErrors.length;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema53.type,parentSchema:schema53,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate134.errors = vErrors;
return errors === 0;
}
validate134.evaluated = {"props":{"author":true,"body":true,"created_at":true},"dynamicProps":false,"dynamicItems":false};


function validate129(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="issue.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate129.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.number === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "number"},schema:schema51.required,parentSchema:schema51,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.title === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "title"},schema:schema51.required,parentSchema:schema51,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.state === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "state"},schema:schema51.required,parentSchema:schema51,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.number !== undefined){
let data0 = data.number;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err3 = {instancePath:instancePath+"/number",schemaPath:"#/properties/number/type",keyword:"type",params:{type: "integer"},schema:schema51.properties.number.type,parentSchema:schema51.properties.number,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 < 1 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/number",schemaPath:"#/properties/number/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema51.properties.number,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
if(data.title !== undefined){
let data1 = data.title;
if(typeof data1 !== "string"){
const err5 = {instancePath:instancePath+"/title",schemaPath:"#/properties/title/type",keyword:"type",params:{type: "string"},schema:schema51.properties.title.type,parentSchema:schema51.properties.title,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.body !== undefined){
let data2 = data.body;
if(typeof data2 !== "string"){
const err6 = {instancePath:instancePath+"/body",schemaPath:"#/properties/body/type",keyword:"type",params:{type: "string"},schema:schema51.properties.body.type,parentSchema:schema51.properties.body,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.state !== undefined){
let data3 = data.state;
if(!((data3 === "open") || (data3 === "closed"))){
const err7 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/enum",keyword:"enum",params:{allowedValues: schema51.properties.state.enum},schema:schema51.properties.state.enum,parentSchema:schema51.properties.state,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.author !== undefined){
let data4 = data.author;
if(typeof data4 !== "string"){
const err8 = {instancePath:instancePath+"/author",schemaPath:"#/properties/author/type",keyword:"type",params:{type: "string"},schema:schema51.properties.author.type,parentSchema:schema51.properties.author,data:data4};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.labels !== undefined){
let data5 = data.labels;
if(Array.isArray(data5)){
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
if(typeof data6 !== "string"){
const err9 = {instancePath:instancePath+"/labels/" + i0,schemaPath:"#/properties/labels/items/type",keyword:"type",params:{type: "string"},schema:schema51.properties.labels.items.type,parentSchema:schema51.properties.labels.items,data:data6};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/type",keyword:"type",params:{type: "array"},schema:schema51.properties.labels.type,parentSchema:schema51.properties.labels,data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.created_at !== undefined){
if(!(validate130(data.created_at, {instancePath:instancePath+"/created_at",parentData:data,parentDataProperty:"created_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate130.errors : vErrors.concat(validate130.errors);
errors = vErrors.length;
}
}
if(data.updated_at !== undefined){
if(!(validate130(data.updated_at, {instancePath:instancePath+"/updated_at",parentData:data,parentDataProperty:"updated_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate130.errors : vErrors.concat(validate130.errors);
errors = vErrors.length;
}
}
if(data.closed_at !== undefined){
if(!(validate130(data.closed_at, {instancePath:instancePath+"/closed_at",parentData:data,parentDataProperty:"closed_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate130.errors : vErrors.concat(validate130.errors);
errors = vErrors.length;
}
}
if(data.comments !== undefined){
let data10 = data.comments;
if(Array.isArray(data10)){
const len1 = data10.length;
for(let i1=0; i1<len1; i1++){
if(!(validate134(data10[i1], {instancePath:instancePath+"/comments/" + i1,parentData:data10,parentDataProperty:i1,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate134.errors : vErrors.concat(validate134.errors);
errors = vErrors.length;
}
}
}
else {
const err11 = {instancePath:instancePath+"/comments",schemaPath:"#/properties/comments/type",keyword:"type",params:{type: "array"},schema:schema51.properties.comments.type,parentSchema:schema51.properties.comments,data:data10};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema51.type,parentSchema:schema51,data};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
validate129.errors = vErrors;
return errors === 0;
}
validate129.evaluated = {"props":{"number":true,"title":true,"body":true,"state":true,"author":true,"labels":true,"created_at":true,"updated_at":true,"closed_at":true,"comments":true},"dynamicProps":false,"dynamicItems":false};

export const pull = validate138;
const schema55 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"pull.schema.json","title":"forge/<repo>/pulls/<n>.yaml","description":"A pull request of the embedded forge.","type":"object","required":["number","title","state","head","base"],"properties":{"number":{"type":"integer","minimum":1,"x-expected":"a whole number, 1 or more"},"title":{"type":"string","x-expected":"a string"},"body":{"type":"string","x-expected":"a string"},"state":{"enum":["open","closed","merged"],"x-expected":"open, closed or merged"},"draft":{"type":"boolean","x-expected":"true or false"},"head":{"description":"Branch to merge.","type":"string","pattern":"^[^\\u0000-\\u0020\\u007f]{1,255}$","x-expected":"a branch name such as main"},"base":{"description":"Branch to merge into.","type":"string","pattern":"^[^\\u0000-\\u0020\\u007f]{1,255}$","x-expected":"a branch name such as main"},"head_sha":{"$ref":"common.schema.json#/$defs/commit"},"merge_sha":{"$ref":"common.schema.json#/$defs/commit"},"author":{"type":"string","x-expected":"a string"},"labels":{"type":"array","items":{"type":"string","x-expected":"a string"},"x-expected":"a list of labels"},"reviewers":{"$ref":"common.schema.json#/$defs/people"},"reviews":{"type":"array","items":{"type":"object","required":["author","state"],"properties":{"author":{"type":"string","x-expected":"a string"},"state":{"enum":["approved","changes_requested","commented","dismissed"],"x-expected":"approved, changes_requested, commented or dismissed"},"sha":{"$ref":"common.schema.json#/$defs/commit"},"body":{"type":"string","x-expected":"a string"},"created_at":{"$ref":"common.schema.json#/$defs/time"}},"x-expected":"a review with author and state"},"x-expected":"a list of reviews with author and state"},"checks":{"type":"array","items":{"type":"object","required":["name","state"],"properties":{"name":{"type":"string","x-expected":"a string"},"state":{"enum":["pending","success","failure"],"x-expected":"pending, success or failure"},"sha":{"$ref":"common.schema.json#/$defs/commit"},"url":{"$ref":"common.schema.json#/$defs/location"}},"x-expected":"a check with name and state"},"x-expected":"a list of checks with name and state"},"created_at":{"$ref":"common.schema.json#/$defs/time"},"updated_at":{"$ref":"common.schema.json#/$defs/time"},"closed_at":{"$ref":"common.schema.json#/$defs/time"},"merged_at":{"$ref":"common.schema.json#/$defs/time"},"comments":{"type":"array","items":{"$ref":"common.schema.json#/$defs/comment"},"x-expected":"a list of comments"}},"x-expected":"a mapping of keys to values"};
const pattern32 = new RegExp("^[^\\u0000-\\u0020\\u007f]{1,255}$", "u");

function validate139(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate139.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern10.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Za-z]{4,64}$"},schema:"^[0-9A-Za-z]{4,64}$",parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema27.type,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate139.errors = vErrors;
return errors === 0;
}
validate139.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate142(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate142.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(Array.isArray(data)){
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate117(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"},schema:schema46.type,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate142.errors = vErrors;
return errors === 0;
}
validate142.evaluated = {"items":true,"dynamicProps":false,"dynamicItems":false};


function validate146(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate146.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern11.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$"},schema:"^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$",parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate146.errors = vErrors;
return errors === 0;
}
validate146.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate149(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate149.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern8.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]{1,4096}$"},schema:"^[^\\u0000-\\u001f\\u007f]{1,4096}$",parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema25.type,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate149.errors = vErrors;
return errors === 0;
}
validate149.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate155(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate155.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.author === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "author"},schema:schema53.required,parentSchema:schema53,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.body === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "body"},schema:schema53.required,parentSchema:schema53,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.author !== undefined){
let data0 = data.author;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/author",schemaPath:"#/properties/author/type",keyword:"type",params:{type: "string"},schema:schema53.properties.author.type,parentSchema:schema53.properties.author,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.body !== undefined){
let data1 = data.body;
if(typeof data1 !== "string"){
const err3 = {instancePath:instancePath+"/body",schemaPath:"#/properties/body/type",keyword:"type",params:{type: "string"},schema:schema53.properties.body.type,parentSchema:schema53.properties.body,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.created_at !== undefined){
if(!(validate135(data.created_at, {instancePath:instancePath+"/created_at",parentData:data,parentDataProperty:"created_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate135.errors : vErrors.concat(validate135.errors);
errors = vErrors.length;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema53.type,parentSchema:schema53,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate155.errors = vErrors;
return errors === 0;
}
validate155.evaluated = {"props":{"author":true,"body":true,"created_at":true},"dynamicProps":false,"dynamicItems":false};


function validate138(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="pull.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate138.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.number === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "number"},schema:schema55.required,parentSchema:schema55,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.title === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "title"},schema:schema55.required,parentSchema:schema55,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.state === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "state"},schema:schema55.required,parentSchema:schema55,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.head === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "head"},schema:schema55.required,parentSchema:schema55,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.base === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "base"},schema:schema55.required,parentSchema:schema55,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.number !== undefined){
let data0 = data.number;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err5 = {instancePath:instancePath+"/number",schemaPath:"#/properties/number/type",keyword:"type",params:{type: "integer"},schema:schema55.properties.number.type,parentSchema:schema55.properties.number,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 < 1 || isNaN(data0)){
const err6 = {instancePath:instancePath+"/number",schemaPath:"#/properties/number/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema55.properties.number,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
if(data.title !== undefined){
let data1 = data.title;
if(typeof data1 !== "string"){
const err7 = {instancePath:instancePath+"/title",schemaPath:"#/properties/title/type",keyword:"type",params:{type: "string"},schema:schema55.properties.title.type,parentSchema:schema55.properties.title,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.body !== undefined){
let data2 = data.body;
if(typeof data2 !== "string"){
const err8 = {instancePath:instancePath+"/body",schemaPath:"#/properties/body/type",keyword:"type",params:{type: "string"},schema:schema55.properties.body.type,parentSchema:schema55.properties.body,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.state !== undefined){
let data3 = data.state;
if(!(((data3 === "open") || (data3 === "closed")) || (data3 === "merged"))){
const err9 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/enum",keyword:"enum",params:{allowedValues: schema55.properties.state.enum},schema:schema55.properties.state.enum,parentSchema:schema55.properties.state,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.draft !== undefined){
let data4 = data.draft;
if(typeof data4 !== "boolean"){
const err10 = {instancePath:instancePath+"/draft",schemaPath:"#/properties/draft/type",keyword:"type",params:{type: "boolean"},schema:schema55.properties.draft.type,parentSchema:schema55.properties.draft,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.head !== undefined){
let data5 = data.head;
if(typeof data5 === "string"){
if(!pattern32.test(data5)){
const err11 = {instancePath:instancePath+"/head",schemaPath:"#/properties/head/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u0020\\u007f]{1,255}$"},schema:"^[^\\u0000-\\u0020\\u007f]{1,255}$",parentSchema:schema55.properties.head,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/head",schemaPath:"#/properties/head/type",keyword:"type",params:{type: "string"},schema:schema55.properties.head.type,parentSchema:schema55.properties.head,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.base !== undefined){
let data6 = data.base;
if(typeof data6 === "string"){
if(!pattern32.test(data6)){
const err13 = {instancePath:instancePath+"/base",schemaPath:"#/properties/base/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u0020\\u007f]{1,255}$"},schema:"^[^\\u0000-\\u0020\\u007f]{1,255}$",parentSchema:schema55.properties.base,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/base",schemaPath:"#/properties/base/type",keyword:"type",params:{type: "string"},schema:schema55.properties.base.type,parentSchema:schema55.properties.base,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.head_sha !== undefined){
if(!(validate139(data.head_sha, {instancePath:instancePath+"/head_sha",parentData:data,parentDataProperty:"head_sha",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate139.errors : vErrors.concat(validate139.errors);
errors = vErrors.length;
}
}
if(data.merge_sha !== undefined){
if(!(validate139(data.merge_sha, {instancePath:instancePath+"/merge_sha",parentData:data,parentDataProperty:"merge_sha",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate139.errors : vErrors.concat(validate139.errors);
errors = vErrors.length;
}
}
if(data.author !== undefined){
let data9 = data.author;
if(typeof data9 !== "string"){
const err15 = {instancePath:instancePath+"/author",schemaPath:"#/properties/author/type",keyword:"type",params:{type: "string"},schema:schema55.properties.author.type,parentSchema:schema55.properties.author,data:data9};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.labels !== undefined){
let data10 = data.labels;
if(Array.isArray(data10)){
const len0 = data10.length;
for(let i0=0; i0<len0; i0++){
let data11 = data10[i0];
if(typeof data11 !== "string"){
const err16 = {instancePath:instancePath+"/labels/" + i0,schemaPath:"#/properties/labels/items/type",keyword:"type",params:{type: "string"},schema:schema55.properties.labels.items.type,parentSchema:schema55.properties.labels.items,data:data11};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/type",keyword:"type",params:{type: "array"},schema:schema55.properties.labels.type,parentSchema:schema55.properties.labels,data:data10};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.reviewers !== undefined){
if(!(validate142(data.reviewers, {instancePath:instancePath+"/reviewers",parentData:data,parentDataProperty:"reviewers",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate142.errors : vErrors.concat(validate142.errors);
errors = vErrors.length;
}
}
if(data.reviews !== undefined){
let data13 = data.reviews;
if(Array.isArray(data13)){
const len1 = data13.length;
for(let i1=0; i1<len1; i1++){
let data14 = data13[i1];
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
if(data14.author === undefined){
const err18 = {instancePath:instancePath+"/reviews/" + i1,schemaPath:"#/properties/reviews/items/required",keyword:"required",params:{missingProperty: "author"},schema:schema55.properties.reviews.items.required,parentSchema:schema55.properties.reviews.items,data:data14};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data14.state === undefined){
const err19 = {instancePath:instancePath+"/reviews/" + i1,schemaPath:"#/properties/reviews/items/required",keyword:"required",params:{missingProperty: "state"},schema:schema55.properties.reviews.items.required,parentSchema:schema55.properties.reviews.items,data:data14};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data14.author !== undefined){
let data15 = data14.author;
if(typeof data15 !== "string"){
const err20 = {instancePath:instancePath+"/reviews/" + i1+"/author",schemaPath:"#/properties/reviews/items/properties/author/type",keyword:"type",params:{type: "string"},schema:schema55.properties.reviews.items.properties.author.type,parentSchema:schema55.properties.reviews.items.properties.author,data:data15};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data14.state !== undefined){
let data16 = data14.state;
if(!((((data16 === "approved") || (data16 === "changes_requested")) || (data16 === "commented")) || (data16 === "dismissed"))){
const err21 = {instancePath:instancePath+"/reviews/" + i1+"/state",schemaPath:"#/properties/reviews/items/properties/state/enum",keyword:"enum",params:{allowedValues: schema55.properties.reviews.items.properties.state.enum},schema:schema55.properties.reviews.items.properties.state.enum,parentSchema:schema55.properties.reviews.items.properties.state,data:data16};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data14.sha !== undefined){
if(!(validate139(data14.sha, {instancePath:instancePath+"/reviews/" + i1+"/sha",parentData:data14,parentDataProperty:"sha",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate139.errors : vErrors.concat(validate139.errors);
errors = vErrors.length;
}
}
if(data14.body !== undefined){
let data18 = data14.body;
if(typeof data18 !== "string"){
const err22 = {instancePath:instancePath+"/reviews/" + i1+"/body",schemaPath:"#/properties/reviews/items/properties/body/type",keyword:"type",params:{type: "string"},schema:schema55.properties.reviews.items.properties.body.type,parentSchema:schema55.properties.reviews.items.properties.body,data:data18};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data14.created_at !== undefined){
if(!(validate146(data14.created_at, {instancePath:instancePath+"/reviews/" + i1+"/created_at",parentData:data14,parentDataProperty:"created_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate146.errors : vErrors.concat(validate146.errors);
errors = vErrors.length;
}
}
}
else {
const err23 = {instancePath:instancePath+"/reviews/" + i1,schemaPath:"#/properties/reviews/items/type",keyword:"type",params:{type: "object"},schema:schema55.properties.reviews.items.type,parentSchema:schema55.properties.reviews.items,data:data14};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
else {
const err24 = {instancePath:instancePath+"/reviews",schemaPath:"#/properties/reviews/type",keyword:"type",params:{type: "array"},schema:schema55.properties.reviews.type,parentSchema:schema55.properties.reviews,data:data13};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.checks !== undefined){
let data20 = data.checks;
if(Array.isArray(data20)){
const len2 = data20.length;
for(let i2=0; i2<len2; i2++){
let data21 = data20[i2];
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.name === undefined){
const err25 = {instancePath:instancePath+"/checks/" + i2,schemaPath:"#/properties/checks/items/required",keyword:"required",params:{missingProperty: "name"},schema:schema55.properties.checks.items.required,parentSchema:schema55.properties.checks.items,data:data21};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data21.state === undefined){
const err26 = {instancePath:instancePath+"/checks/" + i2,schemaPath:"#/properties/checks/items/required",keyword:"required",params:{missingProperty: "state"},schema:schema55.properties.checks.items.required,parentSchema:schema55.properties.checks.items,data:data21};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data21.name !== undefined){
let data22 = data21.name;
if(typeof data22 !== "string"){
const err27 = {instancePath:instancePath+"/checks/" + i2+"/name",schemaPath:"#/properties/checks/items/properties/name/type",keyword:"type",params:{type: "string"},schema:schema55.properties.checks.items.properties.name.type,parentSchema:schema55.properties.checks.items.properties.name,data:data22};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data21.state !== undefined){
let data23 = data21.state;
if(!(((data23 === "pending") || (data23 === "success")) || (data23 === "failure"))){
const err28 = {instancePath:instancePath+"/checks/" + i2+"/state",schemaPath:"#/properties/checks/items/properties/state/enum",keyword:"enum",params:{allowedValues: schema55.properties.checks.items.properties.state.enum},schema:schema55.properties.checks.items.properties.state.enum,parentSchema:schema55.properties.checks.items.properties.state,data:data23};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data21.sha !== undefined){
if(!(validate139(data21.sha, {instancePath:instancePath+"/checks/" + i2+"/sha",parentData:data21,parentDataProperty:"sha",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate139.errors : vErrors.concat(validate139.errors);
errors = vErrors.length;
}
}
if(data21.url !== undefined){
if(!(validate149(data21.url, {instancePath:instancePath+"/checks/" + i2+"/url",parentData:data21,parentDataProperty:"url",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate149.errors : vErrors.concat(validate149.errors);
errors = vErrors.length;
}
}
}
else {
const err29 = {instancePath:instancePath+"/checks/" + i2,schemaPath:"#/properties/checks/items/type",keyword:"type",params:{type: "object"},schema:schema55.properties.checks.items.type,parentSchema:schema55.properties.checks.items,data:data21};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/checks",schemaPath:"#/properties/checks/type",keyword:"type",params:{type: "array"},schema:schema55.properties.checks.type,parentSchema:schema55.properties.checks,data:data20};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data.created_at !== undefined){
if(!(validate146(data.created_at, {instancePath:instancePath+"/created_at",parentData:data,parentDataProperty:"created_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate146.errors : vErrors.concat(validate146.errors);
errors = vErrors.length;
}
}
if(data.updated_at !== undefined){
if(!(validate146(data.updated_at, {instancePath:instancePath+"/updated_at",parentData:data,parentDataProperty:"updated_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate146.errors : vErrors.concat(validate146.errors);
errors = vErrors.length;
}
}
if(data.closed_at !== undefined){
if(!(validate146(data.closed_at, {instancePath:instancePath+"/closed_at",parentData:data,parentDataProperty:"closed_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate146.errors : vErrors.concat(validate146.errors);
errors = vErrors.length;
}
}
if(data.merged_at !== undefined){
if(!(validate146(data.merged_at, {instancePath:instancePath+"/merged_at",parentData:data,parentDataProperty:"merged_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate146.errors : vErrors.concat(validate146.errors);
errors = vErrors.length;
}
}
if(data.comments !== undefined){
let data30 = data.comments;
if(Array.isArray(data30)){
const len3 = data30.length;
for(let i3=0; i3<len3; i3++){
if(!(validate155(data30[i3], {instancePath:instancePath+"/comments/" + i3,parentData:data30,parentDataProperty:i3,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate155.errors : vErrors.concat(validate155.errors);
errors = vErrors.length;
}
}
}
else {
const err31 = {instancePath:instancePath+"/comments",schemaPath:"#/properties/comments/type",keyword:"type",params:{type: "array"},schema:schema55.properties.comments.type,parentSchema:schema55.properties.comments,data:data30};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
else {
const err32 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema55.type,parentSchema:schema55,data};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
validate138.errors = vErrors;
return errors === 0;
}
validate138.evaluated = {"props":{"number":true,"title":true,"body":true,"state":true,"draft":true,"head":true,"base":true,"head_sha":true,"merge_sha":true,"author":true,"labels":true,"reviewers":true,"reviews":true,"checks":true,"created_at":true,"updated_at":true,"closed_at":true,"merged_at":true,"comments":true},"dynamicProps":false,"dynamicItems":false};

export const realm = validate158;
const schema61 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"realm.schema.json","title":"realm.yaml","description":"The realm: its name, the version of its format, and its rules.","type":"object","required":["name","version"],"properties":{"name":{"$ref":"common.schema.json#/$defs/name"},"version":{"description":"Version of the format. An unknown major is read as far as possible and never written.","$ref":"common.schema.json#/$defs/semver"},"created_at":{"$ref":"common.schema.json#/$defs/time"},"governance":{"$ref":"common.schema.json#/$defs/governance"},"trust":{"type":"object","properties":{"require_signed_commits":{"type":"boolean","x-expected":"true or false"}},"x-expected":"a mapping such as { require_signed_commits: true }"}},"x-expected":"a mapping of keys to values"};

function validate159(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate159.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate159.errors = vErrors;
return errors === 0;
}
validate159.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate161(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate161.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern9.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,256}$)(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?$"},schema:"^(?=.{1,256}$)(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?$",parentSchema:schema26,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema26.type,parentSchema:schema26,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate161.errors = vErrors;
return errors === 0;
}
validate161.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate163(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate163.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern11.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$"},schema:"^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$",parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate163.errors = vErrors;
return errors === 0;
}
validate163.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate165(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate165.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.admission !== undefined){
let data0 = data.admission;
if(!(((data0 === "open") || (data0 === "approval")) || (data0 === "invite-only"))){
const err0 = {instancePath:instancePath+"/admission",schemaPath:"#/properties/admission/enum",keyword:"enum",params:{allowedValues: schema45.properties.admission.enum},schema:schema45.properties.admission.enum,parentSchema:schema45.properties.admission,data:data0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.approvers !== undefined){
if(!(validate116(data.approvers, {instancePath:instancePath+"/approvers",parentData:data,parentDataProperty:"approvers",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate116.errors : vErrors.concat(validate116.errors);
errors = vErrors.length;
}
}
if(data.breaking_changes !== undefined){
let data2 = data.breaking_changes;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.require_approval !== undefined){
let data3 = data2.require_approval;
if(typeof data3 !== "boolean"){
const err1 = {instancePath:instancePath+"/breaking_changes/require_approval",schemaPath:"#/properties/breaking_changes/properties/require_approval/type",keyword:"type",params:{type: "boolean"},schema:schema45.properties.breaking_changes.properties.require_approval.type,parentSchema:schema45.properties.breaking_changes.properties.require_approval,data:data3};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data2.grace_period_days !== undefined){
let data4 = data2.grace_period_days;
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 36500 || isNaN(data4)){
const err2 = {instancePath:instancePath+"/breaking_changes/grace_period_days",schemaPath:"#/properties/breaking_changes/properties/grace_period_days/maximum",keyword:"maximum",params:{comparison: "<=", limit: 36500},schema:36500,parentSchema:schema45.properties.breaking_changes.properties.grace_period_days,data:data4};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data4 < 0 || isNaN(data4)){
const err3 = {instancePath:instancePath+"/breaking_changes/grace_period_days",schemaPath:"#/properties/breaking_changes/properties/grace_period_days/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema45.properties.breaking_changes.properties.grace_period_days,data:data4};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/breaking_changes/grace_period_days",schemaPath:"#/properties/breaking_changes/properties/grace_period_days/type",keyword:"type",params:{type: "number"},schema:schema45.properties.breaking_changes.properties.grace_period_days.type,parentSchema:schema45.properties.breaking_changes.properties.grace_period_days,data:data4};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/breaking_changes",schemaPath:"#/properties/breaking_changes/type",keyword:"type",params:{type: "object"},schema:schema45.properties.breaking_changes.type,parentSchema:schema45.properties.breaking_changes,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.rules !== undefined){
let data5 = data.rules;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
for(const key0 in data5){
let data6 = data5[key0];
if(!((((data6 === "breaking") || (data6 === "unknown")) || (data6 === "compatible")) || (data6 === "none"))){
const err6 = {instancePath:instancePath+"/rules/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/rules/additionalProperties/enum",keyword:"enum",params:{allowedValues: schema45.properties.rules.additionalProperties.enum},schema:schema45.properties.rules.additionalProperties.enum,parentSchema:schema45.properties.rules.additionalProperties,data:data6};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath:instancePath+"/rules",schemaPath:"#/properties/rules/type",keyword:"type",params:{type: "object"},schema:schema45.properties.rules.type,parentSchema:schema45.properties.rules,data:data5};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema45.type,parentSchema:schema45,data};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
validate165.errors = vErrors;
return errors === 0;
}
validate165.evaluated = {"props":{"admission":true,"approvers":true,"breaking_changes":true,"rules":true},"dynamicProps":false,"dynamicItems":false};


function validate158(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="realm.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate158.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},schema:schema61.required,parentSchema:schema61,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.version === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},schema:schema61.required,parentSchema:schema61,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.name !== undefined){
if(!(validate159(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate159.errors : vErrors.concat(validate159.errors);
errors = vErrors.length;
}
}
if(data.version !== undefined){
if(!(validate161(data.version, {instancePath:instancePath+"/version",parentData:data,parentDataProperty:"version",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate161.errors : vErrors.concat(validate161.errors);
errors = vErrors.length;
}
}
if(data.created_at !== undefined){
if(!(validate163(data.created_at, {instancePath:instancePath+"/created_at",parentData:data,parentDataProperty:"created_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate163.errors : vErrors.concat(validate163.errors);
errors = vErrors.length;
}
}
if(data.governance !== undefined){
if(!(validate165(data.governance, {instancePath:instancePath+"/governance",parentData:data,parentDataProperty:"governance",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate165.errors : vErrors.concat(validate165.errors);
errors = vErrors.length;
}
}
if(data.trust !== undefined){
let data4 = data.trust;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
if(data4.require_signed_commits !== undefined){
let data5 = data4.require_signed_commits;
if(typeof data5 !== "boolean"){
const err2 = {instancePath:instancePath+"/trust/require_signed_commits",schemaPath:"#/properties/trust/properties/require_signed_commits/type",keyword:"type",params:{type: "boolean"},schema:schema61.properties.trust.properties.require_signed_commits.type,parentSchema:schema61.properties.trust.properties.require_signed_commits,data:data5};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath:instancePath+"/trust",schemaPath:"#/properties/trust/type",keyword:"type",params:{type: "object"},schema:schema61.properties.trust.type,parentSchema:schema61.properties.trust,data:data4};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema61.type,parentSchema:schema61,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate158.errors = vErrors;
return errors === 0;
}
validate158.evaluated = {"props":{"name":true,"version":true,"created_at":true,"governance":true,"trust":true},"dynamicProps":false,"dynamicItems":false};

export const repo = validate168;
const schema66 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"repo.schema.json","title":"repos/<repo>.yaml","description":"The registration of one repo.","type":"object","required":["name"],"properties":{"name":{"$ref":"common.schema.json#/$defs/repo"},"org":{"description":"Organisation, where two use the same name.","$ref":"common.schema.json#/$defs/name"},"path":{"description":"Where it lies on one machine; the index wins over it.","$ref":"common.schema.json#/$defs/location"},"url":{"$ref":"common.schema.json#/$defs/location"},"maintainers":{"$ref":"common.schema.json#/$defs/people"},"status":{"description":"Absent means active.","enum":["active","invited","left"],"x-expected":"active, invited or left"},"formerly":{"description":"Earlier names.","type":"array","items":{"$ref":"common.schema.json#/$defs/repo"},"x-expected":"a list of repo names"},"joined_at":{"$ref":"common.schema.json#/$defs/time"}},"x-expected":"a mapping of keys to values"};

function validate169(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate169.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern3.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema21.type,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate169.errors = vErrors;
return errors === 0;
}
validate169.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate171(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate171.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate171.errors = vErrors;
return errors === 0;
}
validate171.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate173(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate173.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern8.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]{1,4096}$"},schema:"^[^\\u0000-\\u001f\\u007f]{1,4096}$",parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema25.type,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate173.errors = vErrors;
return errors === 0;
}
validate173.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate176(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate176.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(Array.isArray(data)){
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate117(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"},schema:schema46.type,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate176.errors = vErrors;
return errors === 0;
}
validate176.evaluated = {"items":true,"dynamicProps":false,"dynamicItems":false};


function validate180(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate180.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern11.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$"},schema:"^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$",parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate180.errors = vErrors;
return errors === 0;
}
validate180.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate168(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="repo.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate168.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},schema:schema66.required,parentSchema:schema66,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.name !== undefined){
if(!(validate169(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate169.errors : vErrors.concat(validate169.errors);
errors = vErrors.length;
}
}
if(data.org !== undefined){
if(!(validate171(data.org, {instancePath:instancePath+"/org",parentData:data,parentDataProperty:"org",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate171.errors : vErrors.concat(validate171.errors);
errors = vErrors.length;
}
}
if(data.path !== undefined){
if(!(validate173(data.path, {instancePath:instancePath+"/path",parentData:data,parentDataProperty:"path",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate173.errors : vErrors.concat(validate173.errors);
errors = vErrors.length;
}
}
if(data.url !== undefined){
if(!(validate173(data.url, {instancePath:instancePath+"/url",parentData:data,parentDataProperty:"url",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate173.errors : vErrors.concat(validate173.errors);
errors = vErrors.length;
}
}
if(data.maintainers !== undefined){
if(!(validate176(data.maintainers, {instancePath:instancePath+"/maintainers",parentData:data,parentDataProperty:"maintainers",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate176.errors : vErrors.concat(validate176.errors);
errors = vErrors.length;
}
}
if(data.status !== undefined){
let data5 = data.status;
if(!(((data5 === "active") || (data5 === "invited")) || (data5 === "left"))){
const err1 = {instancePath:instancePath+"/status",schemaPath:"#/properties/status/enum",keyword:"enum",params:{allowedValues: schema66.properties.status.enum},schema:schema66.properties.status.enum,parentSchema:schema66.properties.status,data:data5};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.formerly !== undefined){
let data6 = data.formerly;
if(Array.isArray(data6)){
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
if(!(validate169(data6[i0], {instancePath:instancePath+"/formerly/" + i0,parentData:data6,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate169.errors : vErrors.concat(validate169.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/formerly",schemaPath:"#/properties/formerly/type",keyword:"type",params:{type: "array"},schema:schema66.properties.formerly.type,parentSchema:schema66.properties.formerly,data:data6};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.joined_at !== undefined){
if(!(validate180(data.joined_at, {instancePath:instancePath+"/joined_at",parentData:data,parentDataProperty:"joined_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate180.errors : vErrors.concat(validate180.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema66.type,parentSchema:schema66,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate168.errors = vErrors;
return errors === 0;
}
validate168.evaluated = {"props":{"name":true,"org":true,"path":true,"url":true,"maintainers":true,"status":true,"formerly":true,"joined_at":true},"dynamicProps":false,"dynamicItems":false};

export const sessionMessage = validate182;
const schema72 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"session-message.schema.json","title":"session message","description":"One line on the socket of a session, as JSON. Keys that nobody knows are allowed; another version is not read.","type":"object","required":["version","type"],"properties":{"version":{"description":"Of this format.","enum":[1],"x-expected":"1"},"type":{"enum":["ContractChanged","SessionStarted","SessionEnded","Ping","Pong"],"x-expected":"ContractChanged, SessionStarted, SessionEnded, Ping or Pong"},"from_repo":{"description":"Who changed the contract.","$ref":"common.schema.json#/$defs/repo"},"repo":{"description":"Whose session it is.","$ref":"common.schema.json#/$defs/repo"},"domain":{"$ref":"common.schema.json#/$defs/name"},"contract":{"$ref":"common.schema.json#/$defs/name"},"from":{"description":"Version before.","type":"string","x-expected":"a version"},"to":{"description":"Version that the change makes, or would make.","type":"string","x-expected":"a version"},"verdict":{"type":"string","x-expected":"a string"},"stage":{"description":"Only in the provider's repository yet, or in the realm.","enum":["draft","published"],"x-expected":"draft or published"},"changes":{"description":"As the changelog has them.","type":"array","items":{"type":"string","x-expected":"a string"},"x-expected":"a list of strings"},"at":{"description":"ISO 8601.","type":"string","x-expected":"a date and time"},"rfc":{"type":["string","null"],"x-expected":"a string, or null"},"pid":{"type":"integer","minimum":1,"x-expected":"a process id"}},"allOf":[{"if":{"type":"object","properties":{"type":{"const":"ContractChanged"}}},"then":{"type":"object","required":["from_repo","domain","contract","from","to","verdict","stage","changes","at"]}},{"if":{"type":"object","properties":{"type":{"enum":["SessionStarted","SessionEnded","Pong"]}}},"then":{"type":"object","required":["repo"]}}],"x-expected":"an object with version and type"};

function validate183(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate183.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern3.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema21.type,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate183.errors = vErrors;
return errors === 0;
}
validate183.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate186(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate186.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate186.errors = vErrors;
return errors === 0;
}
validate186.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate182(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="session-message.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate182.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs2 = errors;
let valid1 = true;
const _errs3 = errors;
if(errors === _errs3){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type !== undefined){
if("ContractChanged" !== data.type){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
}
else {
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs6 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.from_repo === undefined){
const err2 = {instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: "from_repo"},schema:schema72.allOf[0].then.required,parentSchema:schema72.allOf[0].then,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.domain === undefined){
const err3 = {instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: "domain"},schema:schema72.allOf[0].then.required,parentSchema:schema72.allOf[0].then,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.contract === undefined){
const err4 = {instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: "contract"},schema:schema72.allOf[0].then.required,parentSchema:schema72.allOf[0].then,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.from === undefined){
const err5 = {instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: "from"},schema:schema72.allOf[0].then.required,parentSchema:schema72.allOf[0].then,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.to === undefined){
const err6 = {instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: "to"},schema:schema72.allOf[0].then.required,parentSchema:schema72.allOf[0].then,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.verdict === undefined){
const err7 = {instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: "verdict"},schema:schema72.allOf[0].then.required,parentSchema:schema72.allOf[0].then,data};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.stage === undefined){
const err8 = {instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: "stage"},schema:schema72.allOf[0].then.required,parentSchema:schema72.allOf[0].then,data};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.changes === undefined){
const err9 = {instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: "changes"},schema:schema72.allOf[0].then.required,parentSchema:schema72.allOf[0].then,data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data.at === undefined){
const err10 = {instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: "at"},schema:schema72.allOf[0].then.required,parentSchema:schema72.allOf[0].then,data};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath,schemaPath:"#/allOf/0/then/type",keyword:"type",params:{type: "object"},schema:schema72.allOf[0].then.type,parentSchema:schema72.allOf[0].then,data};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
var _valid0 = _errs6 === errors;
valid1 = _valid0;
}
if(!valid1){
const err12 = {instancePath,schemaPath:"#/allOf/0/if",keyword:"if",params:{failingKeyword: "then"},schema:schema72.allOf[0].if,parentSchema:schema72.allOf[0],data};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
const _errs9 = errors;
let valid3 = true;
const _errs10 = errors;
if(errors === _errs10){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type !== undefined){
let data1 = data.type;
if(!(((data1 === "SessionStarted") || (data1 === "SessionEnded")) || (data1 === "Pong"))){
const err13 = {};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
var _valid1 = _errs10 === errors;
errors = _errs9;
if(vErrors !== null){
if(_errs9){
vErrors.length = _errs9;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs13 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.repo === undefined){
const err15 = {instancePath,schemaPath:"#/allOf/1/then/required",keyword:"required",params:{missingProperty: "repo"},schema:schema72.allOf[1].then.required,parentSchema:schema72.allOf[1].then,data};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath,schemaPath:"#/allOf/1/then/type",keyword:"type",params:{type: "object"},schema:schema72.allOf[1].then.type,parentSchema:schema72.allOf[1].then,data};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
var _valid1 = _errs13 === errors;
valid3 = _valid1;
}
if(!valid3){
const err17 = {instancePath,schemaPath:"#/allOf/1/if",keyword:"if",params:{failingKeyword: "then"},schema:schema72.allOf[1].if,parentSchema:schema72.allOf[1],data};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.version === undefined){
const err18 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},schema:schema72.required,parentSchema:schema72,data};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data.type === undefined){
const err19 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},schema:schema72.required,parentSchema:schema72,data};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data.version !== undefined){
let data2 = data.version;
if(!(data2 === 1)){
const err20 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/enum",keyword:"enum",params:{allowedValues: schema72.properties.version.enum},schema:schema72.properties.version.enum,parentSchema:schema72.properties.version,data:data2};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.type !== undefined){
let data3 = data.type;
if(!(((((data3 === "ContractChanged") || (data3 === "SessionStarted")) || (data3 === "SessionEnded")) || (data3 === "Ping")) || (data3 === "Pong"))){
const err21 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/enum",keyword:"enum",params:{allowedValues: schema72.properties.type.enum},schema:schema72.properties.type.enum,parentSchema:schema72.properties.type,data:data3};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.from_repo !== undefined){
if(!(validate183(data.from_repo, {instancePath:instancePath+"/from_repo",parentData:data,parentDataProperty:"from_repo",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate183.errors : vErrors.concat(validate183.errors);
errors = vErrors.length;
}
}
if(data.repo !== undefined){
if(!(validate183(data.repo, {instancePath:instancePath+"/repo",parentData:data,parentDataProperty:"repo",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate183.errors : vErrors.concat(validate183.errors);
errors = vErrors.length;
}
}
if(data.domain !== undefined){
if(!(validate186(data.domain, {instancePath:instancePath+"/domain",parentData:data,parentDataProperty:"domain",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate186.errors : vErrors.concat(validate186.errors);
errors = vErrors.length;
}
}
if(data.contract !== undefined){
if(!(validate186(data.contract, {instancePath:instancePath+"/contract",parentData:data,parentDataProperty:"contract",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate186.errors : vErrors.concat(validate186.errors);
errors = vErrors.length;
}
}
if(data.from !== undefined){
let data8 = data.from;
if(typeof data8 !== "string"){
const err22 = {instancePath:instancePath+"/from",schemaPath:"#/properties/from/type",keyword:"type",params:{type: "string"},schema:schema72.properties.from.type,parentSchema:schema72.properties.from,data:data8};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.to !== undefined){
let data9 = data.to;
if(typeof data9 !== "string"){
const err23 = {instancePath:instancePath+"/to",schemaPath:"#/properties/to/type",keyword:"type",params:{type: "string"},schema:schema72.properties.to.type,parentSchema:schema72.properties.to,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.verdict !== undefined){
let data10 = data.verdict;
if(typeof data10 !== "string"){
const err24 = {instancePath:instancePath+"/verdict",schemaPath:"#/properties/verdict/type",keyword:"type",params:{type: "string"},schema:schema72.properties.verdict.type,parentSchema:schema72.properties.verdict,data:data10};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.stage !== undefined){
let data11 = data.stage;
if(!((data11 === "draft") || (data11 === "published"))){
const err25 = {instancePath:instancePath+"/stage",schemaPath:"#/properties/stage/enum",keyword:"enum",params:{allowedValues: schema72.properties.stage.enum},schema:schema72.properties.stage.enum,parentSchema:schema72.properties.stage,data:data11};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.changes !== undefined){
let data12 = data.changes;
if(Array.isArray(data12)){
const len0 = data12.length;
for(let i0=0; i0<len0; i0++){
let data13 = data12[i0];
if(typeof data13 !== "string"){
const err26 = {instancePath:instancePath+"/changes/" + i0,schemaPath:"#/properties/changes/items/type",keyword:"type",params:{type: "string"},schema:schema72.properties.changes.items.type,parentSchema:schema72.properties.changes.items,data:data13};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
else {
const err27 = {instancePath:instancePath+"/changes",schemaPath:"#/properties/changes/type",keyword:"type",params:{type: "array"},schema:schema72.properties.changes.type,parentSchema:schema72.properties.changes,data:data12};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.at !== undefined){
let data14 = data.at;
if(typeof data14 !== "string"){
const err28 = {instancePath:instancePath+"/at",schemaPath:"#/properties/at/type",keyword:"type",params:{type: "string"},schema:schema72.properties.at.type,parentSchema:schema72.properties.at,data:data14};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data.rfc !== undefined){
let data15 = data.rfc;
if((typeof data15 !== "string") && (data15 !== null)){
const err29 = {instancePath:instancePath+"/rfc",schemaPath:"#/properties/rfc/type",keyword:"type",params:{type: schema72.properties.rfc.type},schema:schema72.properties.rfc.type,parentSchema:schema72.properties.rfc,data:data15};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data.pid !== undefined){
let data16 = data.pid;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
const err30 = {instancePath:instancePath+"/pid",schemaPath:"#/properties/pid/type",keyword:"type",params:{type: "integer"},schema:schema72.properties.pid.type,parentSchema:schema72.properties.pid,data:data16};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 < 1 || isNaN(data16)){
const err31 = {instancePath:instancePath+"/pid",schemaPath:"#/properties/pid/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema72.properties.pid,data:data16};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
}
else {
const err32 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema72.type,parentSchema:schema72,data};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
validate182.errors = vErrors;
return errors === 0;
}
validate182.evaluated = {"props":{"version":true,"type":true,"from_repo":true,"repo":true,"domain":true,"contract":true,"from":true,"to":true,"verdict":true,"stage":true,"changes":true,"at":true,"rfc":true,"pid":true},"dynamicProps":false,"dynamicItems":false};

export const users = validate189;
const schema75 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"users.schema.json","title":"trust/users.yaml","description":"Transport user to e-mail address, for verify on a server.","type":"object","required":["users"],"properties":{"users":{"type":"object","additionalProperties":{"$ref":"common.schema.json#/$defs/person"},"x-expected":"a mapping of users to e-mail addresses"}},"x-expected":"a mapping of keys to values"};

function validate190(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate190.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern27.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]{1,320}$"},schema:"^[^\\u0000-\\u001f\\u007f]{1,320}$",parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema47.type,parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate190.errors = vErrors;
return errors === 0;
}
validate190.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate189(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="users.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate189.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.users === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "users"},schema:schema75.required,parentSchema:schema75,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.users !== undefined){
let data0 = data.users;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key0 in data0){
if(!(validate190(data0[key0], {instancePath:instancePath+"/users/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data0,parentDataProperty:key0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate190.errors : vErrors.concat(validate190.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath:instancePath+"/users",schemaPath:"#/properties/users/type",keyword:"type",params:{type: "object"},schema:schema75.properties.users.type,parentSchema:schema75.properties.users,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema75.type,parentSchema:schema75,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate189.errors = vErrors;
return errors === 0;
}
validate189.evaluated = {"props":{"users":true},"dynamicProps":false,"dynamicItems":false};

export const worktree = validate192;
const schema77 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"worktree.schema.json","title":"worktrees/<branch>.yaml","description":"One change over several repos: a change set.","type":"object","required":["name"],"properties":{"name":{"description":"The branch.","type":"string","pattern":"^[^\\u0000-\\u0020\\u007f]{1,255}$","x-expected":"a branch name such as feat/metrics"},"created_at":{"$ref":"common.schema.json#/$defs/time"},"source_rfc":{"type":"string","x-expected":"a string"},"domain":{"description":"A single domain, as other tools write it.","$ref":"common.schema.json#/$defs/name"},"domains":{"type":"array","items":{"$ref":"common.schema.json#/$defs/name"},"x-expected":"a list of domain names"},"repos":{"type":"array","items":{"type":"object","required":["name"],"properties":{"name":{"$ref":"common.schema.json#/$defs/repo"},"path":{"$ref":"common.schema.json#/$defs/location"},"status":{"type":"string","x-expected":"a string"},"commits":{"type":"integer","minimum":0,"x-expected":"a whole number, 0 or more"}},"x-expected":"a repo with name, status and commits"},"x-expected":"a list of repos with name, status and commits"},"coordination":{"type":"object","properties":{"commits":{"type":"array","items":{"type":"object","properties":{"change":{"type":"string","x-expected":"a string"},"message":{"type":"string","x-expected":"a string"},"linked":{"type":"boolean","x-expected":"true or false"}},"x-expected":"a mapping of repos to commit ids","additionalProperties":{"description":"Per repo: its commit, or null."}},"x-expected":"a list of coordinated commits"}},"x-expected":"a mapping with commits"},"prs":{"type":"array","items":{"type":"object","required":["repo","number"],"properties":{"repo":{"$ref":"common.schema.json#/$defs/repo"},"number":{"type":"integer","minimum":1,"x-expected":"a whole number, 1 or more"},"url":{"$ref":"common.schema.json#/$defs/location"},"blocked_by":{"type":"array","items":{"type":"string","x-expected":"a string"},"x-expected":"a list such as [aperture#45]"}},"x-expected":"a pull request with repo, number, url and blocked_by"},"x-expected":"a list of pull requests with repo, number, url and blocked_by"}},"x-expected":"a mapping of keys to values"};

function validate193(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate193.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern11.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$"},schema:"^(?=.{1,64}$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[Tt ](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?|:60)?(?: ?(?:[Zz]|[+-]\\d{2}:?\\d{2}))?)?$",parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate193.errors = vErrors;
return errors === 0;
}
validate193.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate195(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate195.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate195.errors = vErrors;
return errors === 0;
}
validate195.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate198(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate198.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern3.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$"},schema:"^(?:(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*/)?(?=[^/]{1,100}(?:/|$))[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.|/|$|lock(?:/|$)))*$",parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema21.type,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate198.errors = vErrors;
return errors === 0;
}
validate198.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate200(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate200.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(!pattern8.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]{1,4096}$"},schema:"^[^\\u0000-\\u001f\\u007f]{1,4096}$",parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},schema:schema25.type,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate200.errors = vErrors;
return errors === 0;
}
validate200.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate192(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="worktree.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate192.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},schema:schema77.required,parentSchema:schema77,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern32.test(data0)){
const err1 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u0020\\u007f]{1,255}$"},schema:"^[^\\u0000-\\u0020\\u007f]{1,255}$",parentSchema:schema77.properties.name,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},schema:schema77.properties.name.type,parentSchema:schema77.properties.name,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.created_at !== undefined){
if(!(validate193(data.created_at, {instancePath:instancePath+"/created_at",parentData:data,parentDataProperty:"created_at",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate193.errors : vErrors.concat(validate193.errors);
errors = vErrors.length;
}
}
if(data.source_rfc !== undefined){
let data2 = data.source_rfc;
if(typeof data2 !== "string"){
const err3 = {instancePath:instancePath+"/source_rfc",schemaPath:"#/properties/source_rfc/type",keyword:"type",params:{type: "string"},schema:schema77.properties.source_rfc.type,parentSchema:schema77.properties.source_rfc,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.domain !== undefined){
if(!(validate195(data.domain, {instancePath:instancePath+"/domain",parentData:data,parentDataProperty:"domain",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate195.errors : vErrors.concat(validate195.errors);
errors = vErrors.length;
}
}
if(data.domains !== undefined){
let data4 = data.domains;
if(Array.isArray(data4)){
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
if(!(validate195(data4[i0], {instancePath:instancePath+"/domains/" + i0,parentData:data4,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate195.errors : vErrors.concat(validate195.errors);
errors = vErrors.length;
}
}
}
else {
const err4 = {instancePath:instancePath+"/domains",schemaPath:"#/properties/domains/type",keyword:"type",params:{type: "array"},schema:schema77.properties.domains.type,parentSchema:schema77.properties.domains,data:data4};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.repos !== undefined){
let data6 = data.repos;
if(Array.isArray(data6)){
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
let data7 = data6[i1];
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if(data7.name === undefined){
const err5 = {instancePath:instancePath+"/repos/" + i1,schemaPath:"#/properties/repos/items/required",keyword:"required",params:{missingProperty: "name"},schema:schema77.properties.repos.items.required,parentSchema:schema77.properties.repos.items,data:data7};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data7.name !== undefined){
if(!(validate198(data7.name, {instancePath:instancePath+"/repos/" + i1+"/name",parentData:data7,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate198.errors : vErrors.concat(validate198.errors);
errors = vErrors.length;
}
}
if(data7.path !== undefined){
if(!(validate200(data7.path, {instancePath:instancePath+"/repos/" + i1+"/path",parentData:data7,parentDataProperty:"path",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate200.errors : vErrors.concat(validate200.errors);
errors = vErrors.length;
}
}
if(data7.status !== undefined){
let data10 = data7.status;
if(typeof data10 !== "string"){
const err6 = {instancePath:instancePath+"/repos/" + i1+"/status",schemaPath:"#/properties/repos/items/properties/status/type",keyword:"type",params:{type: "string"},schema:schema77.properties.repos.items.properties.status.type,parentSchema:schema77.properties.repos.items.properties.status,data:data10};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data7.commits !== undefined){
let data11 = data7.commits;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err7 = {instancePath:instancePath+"/repos/" + i1+"/commits",schemaPath:"#/properties/repos/items/properties/commits/type",keyword:"type",params:{type: "integer"},schema:schema77.properties.repos.items.properties.commits.type,parentSchema:schema77.properties.repos.items.properties.commits,data:data11};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 < 0 || isNaN(data11)){
const err8 = {instancePath:instancePath+"/repos/" + i1+"/commits",schemaPath:"#/properties/repos/items/properties/commits/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema77.properties.repos.items.properties.commits,data:data11};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
}
else {
const err9 = {instancePath:instancePath+"/repos/" + i1,schemaPath:"#/properties/repos/items/type",keyword:"type",params:{type: "object"},schema:schema77.properties.repos.items.type,parentSchema:schema77.properties.repos.items,data:data7};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/repos",schemaPath:"#/properties/repos/type",keyword:"type",params:{type: "array"},schema:schema77.properties.repos.type,parentSchema:schema77.properties.repos,data:data6};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.coordination !== undefined){
let data12 = data.coordination;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(data12.commits !== undefined){
let data13 = data12.commits;
if(Array.isArray(data13)){
const len2 = data13.length;
for(let i2=0; i2<len2; i2++){
let data14 = data13[i2];
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
if(data14.change !== undefined){
let data15 = data14.change;
if(typeof data15 !== "string"){
const err11 = {instancePath:instancePath+"/coordination/commits/" + i2+"/change",schemaPath:"#/properties/coordination/properties/commits/items/properties/change/type",keyword:"type",params:{type: "string"},schema:schema77.properties.coordination.properties.commits.items.properties.change.type,parentSchema:schema77.properties.coordination.properties.commits.items.properties.change,data:data15};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data14.message !== undefined){
let data16 = data14.message;
if(typeof data16 !== "string"){
const err12 = {instancePath:instancePath+"/coordination/commits/" + i2+"/message",schemaPath:"#/properties/coordination/properties/commits/items/properties/message/type",keyword:"type",params:{type: "string"},schema:schema77.properties.coordination.properties.commits.items.properties.message.type,parentSchema:schema77.properties.coordination.properties.commits.items.properties.message,data:data16};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data14.linked !== undefined){
let data17 = data14.linked;
if(typeof data17 !== "boolean"){
const err13 = {instancePath:instancePath+"/coordination/commits/" + i2+"/linked",schemaPath:"#/properties/coordination/properties/commits/items/properties/linked/type",keyword:"type",params:{type: "boolean"},schema:schema77.properties.coordination.properties.commits.items.properties.linked.type,parentSchema:schema77.properties.coordination.properties.commits.items.properties.linked,data:data17};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/coordination/commits/" + i2,schemaPath:"#/properties/coordination/properties/commits/items/type",keyword:"type",params:{type: "object"},schema:schema77.properties.coordination.properties.commits.items.type,parentSchema:schema77.properties.coordination.properties.commits.items,data:data14};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/coordination/commits",schemaPath:"#/properties/coordination/properties/commits/type",keyword:"type",params:{type: "array"},schema:schema77.properties.coordination.properties.commits.type,parentSchema:schema77.properties.coordination.properties.commits,data:data13};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/coordination",schemaPath:"#/properties/coordination/type",keyword:"type",params:{type: "object"},schema:schema77.properties.coordination.type,parentSchema:schema77.properties.coordination,data:data12};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.prs !== undefined){
let data18 = data.prs;
if(Array.isArray(data18)){
const len3 = data18.length;
for(let i3=0; i3<len3; i3++){
let data19 = data18[i3];
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
if(data19.repo === undefined){
const err17 = {instancePath:instancePath+"/prs/" + i3,schemaPath:"#/properties/prs/items/required",keyword:"required",params:{missingProperty: "repo"},schema:schema77.properties.prs.items.required,parentSchema:schema77.properties.prs.items,data:data19};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data19.number === undefined){
const err18 = {instancePath:instancePath+"/prs/" + i3,schemaPath:"#/properties/prs/items/required",keyword:"required",params:{missingProperty: "number"},schema:schema77.properties.prs.items.required,parentSchema:schema77.properties.prs.items,data:data19};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data19.repo !== undefined){
if(!(validate198(data19.repo, {instancePath:instancePath+"/prs/" + i3+"/repo",parentData:data19,parentDataProperty:"repo",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate198.errors : vErrors.concat(validate198.errors);
errors = vErrors.length;
}
}
if(data19.number !== undefined){
let data21 = data19.number;
if(!(((typeof data21 == "number") && (!(data21 % 1) && !isNaN(data21))) && (isFinite(data21)))){
const err19 = {instancePath:instancePath+"/prs/" + i3+"/number",schemaPath:"#/properties/prs/items/properties/number/type",keyword:"type",params:{type: "integer"},schema:schema77.properties.prs.items.properties.number.type,parentSchema:schema77.properties.prs.items.properties.number,data:data21};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if((typeof data21 == "number") && (isFinite(data21))){
if(data21 < 1 || isNaN(data21)){
const err20 = {instancePath:instancePath+"/prs/" + i3+"/number",schemaPath:"#/properties/prs/items/properties/number/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema77.properties.prs.items.properties.number,data:data21};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
if(data19.url !== undefined){
if(!(validate200(data19.url, {instancePath:instancePath+"/prs/" + i3+"/url",parentData:data19,parentDataProperty:"url",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate200.errors : vErrors.concat(validate200.errors);
errors = vErrors.length;
}
}
if(data19.blocked_by !== undefined){
let data23 = data19.blocked_by;
if(Array.isArray(data23)){
const len4 = data23.length;
for(let i4=0; i4<len4; i4++){
let data24 = data23[i4];
if(typeof data24 !== "string"){
const err21 = {instancePath:instancePath+"/prs/" + i3+"/blocked_by/" + i4,schemaPath:"#/properties/prs/items/properties/blocked_by/items/type",keyword:"type",params:{type: "string"},schema:schema77.properties.prs.items.properties.blocked_by.items.type,parentSchema:schema77.properties.prs.items.properties.blocked_by.items,data:data24};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/prs/" + i3+"/blocked_by",schemaPath:"#/properties/prs/items/properties/blocked_by/type",keyword:"type",params:{type: "array"},schema:schema77.properties.prs.items.properties.blocked_by.type,parentSchema:schema77.properties.prs.items.properties.blocked_by,data:data23};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/prs/" + i3,schemaPath:"#/properties/prs/items/type",keyword:"type",params:{type: "object"},schema:schema77.properties.prs.items.type,parentSchema:schema77.properties.prs.items,data:data19};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
else {
const err24 = {instancePath:instancePath+"/prs",schemaPath:"#/properties/prs/type",keyword:"type",params:{type: "array"},schema:schema77.properties.prs.type,parentSchema:schema77.properties.prs,data:data18};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
else {
const err25 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema77.type,parentSchema:schema77,data};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
validate192.errors = vErrors;
return errors === 0;
}
validate192.evaluated = {"props":{"name":true,"created_at":true,"source_rfc":true,"domain":true,"domains":true,"repos":true,"coordination":true,"prs":true},"dynamicProps":false,"dynamicItems":false};

export const validators = { "binding": binding, "config": config, "contract": contract, "domain": domain, "governance": governance, "index": index, "issue": issue, "pull": pull, "realm": realm, "repo": repo, "session-message": sessionMessage, "users": users, "worktree": worktree };
export const shapes = {"binding":{"keys":{"repo":{},"role":{},"exports":{"items":{"keys":{"contract":{},"source_files":{"items":{}},"extract":{"keys":{"detector":{}}}}}},"imports":{"items":{"keys":{"contract":{},"domain":{},"version":{},"binding":{},"verify":{"keys":{"detector":{}}},"covers":{},"uses":{"items":{"keys":{"subject":{},"at":{}}}},"unread":{"items":{"keys":{"at":{},"why":{}}}},"status":{},"proof":{},"resolved_version":{},"resolved_commit":{},"resolved_at":{}}}}}},"config":{"keys":{"realm":{"keys":{"name":{},"path":{},"url":{}}},"repo":{},"domains":{"items":{"keys":{"name":{},"role":{},"contracts":{"items":{}}}}},"detected_exports":{"items":{}},"suppress":{"items":{"keys":{"finding":{},"reason":{},"until":{}}}}}},"contract":{"keys":{"name":{},"kind":{},"version":{},"owner":{},"offered_to":{},"formerly":{"items":{}},"description":{},"compatibility":{"keys":{"backwards":{},"forwards":{},"transitive":{},"level":{}}},"schema":{},"value":{},"content":{"items":{"keys":{"path":{},"oid":{},"bytes":{}}}},"changelog":{"items":{"keys":{"version":{},"date":{},"changes":{"items":{}},"effective_at":{}}}},"evolution":{"items":{"keys":{"version":{},"date":{},"changes":{"items":{}},"effective_at":{}}}},"source_commit":{},"effective_at":{},"deprecations":{"items":{"keys":{"pointer":{},"since":{},"sunset":{},"reason":{}}}}}},"domain":{"keys":{"name":{},"description":{},"created_at":{},"members":{"items":{}},"archived":{}}},"governance":{"keys":{"admission":{},"approvers":{"items":{}},"breaking_changes":{"keys":{"require_approval":{},"grace_period_days":{}}},"rules":{}}},"index":{"keys":{"realms":{"items":{"keys":{"name":{},"path":{},"url":{},"local_path":{},"checkouts":{}}}}}},"issue":{"keys":{"number":{},"title":{},"body":{},"state":{},"author":{},"labels":{"items":{}},"created_at":{},"updated_at":{},"closed_at":{},"comments":{"items":{"keys":{"author":{},"body":{},"created_at":{}}}}}},"pull":{"keys":{"number":{},"title":{},"body":{},"state":{},"draft":{},"head":{},"base":{},"head_sha":{},"merge_sha":{},"author":{},"labels":{"items":{}},"reviewers":{"items":{}},"reviews":{"items":{"keys":{"author":{},"state":{},"sha":{},"body":{},"created_at":{}}}},"checks":{"items":{"keys":{"name":{},"state":{},"sha":{},"url":{}}}},"created_at":{},"updated_at":{},"closed_at":{},"merged_at":{},"comments":{"items":{"keys":{"author":{},"body":{},"created_at":{}}}}}},"realm":{"keys":{"name":{},"version":{},"created_at":{},"governance":{"keys":{"admission":{},"approvers":{"items":{}},"breaking_changes":{"keys":{"require_approval":{},"grace_period_days":{}}},"rules":{}}},"trust":{"keys":{"require_signed_commits":{}}}}},"repo":{"keys":{"name":{},"org":{},"path":{},"url":{},"maintainers":{"items":{}},"status":{},"formerly":{"items":{}},"joined_at":{}}},"session-message":{"keys":{"version":{},"type":{},"from_repo":{},"repo":{},"domain":{},"contract":{},"from":{},"to":{},"verdict":{},"stage":{},"changes":{"items":{}},"at":{},"rfc":{},"pid":{}}},"users":{"keys":{"users":{}}},"worktree":{"keys":{"name":{},"created_at":{},"source_rfc":{},"domain":{},"domains":{"items":{}},"repos":{"items":{"keys":{"name":{},"path":{},"status":{},"commits":{}}}},"coordination":{"keys":{"commits":{"items":{"keys":{"change":{},"message":{},"linked":{}}}}}},"prs":{"items":{"keys":{"repo":{},"number":{},"url":{},"blocked_by":{"items":{}}}}}}}};
