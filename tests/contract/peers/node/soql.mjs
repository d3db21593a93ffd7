// The SOQL parser of others. Reads a list of statements on standard input and prints what is wrong with each, or null.
import { readFileSync } from "node:fs";
import { parseQuery } from "@jetstreamapp/soql-parser-js";

function complaint(statement) {
  try {
    parseQuery(statement);
  } catch (error) {
    return error.message;
  }
  return null;
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(complaint)));
