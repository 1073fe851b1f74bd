/**
 * Imported before the sanitiser. A library of its libraries asks the environment whether it may print in colours, and the
 * program may not read the environment; it does not ask if the arguments say no.
 *
 * @module
 */
import process from "node:process";

process.argv.push("--no-color");
