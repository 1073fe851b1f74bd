/** `node:http` with nothing around it. */
import { createServer } from "node:http";
import { answerTo, fixedBody, readWork, sayListening } from "./work.mjs";

const work = readWork();
const { kind, headers } = work;
const body = fixedBody(work);
const fixedHeaders = { ...headers, "content-length": Buffer.byteLength(body) };

function replyFixed(_request, response) {
  response.writeHead(200, fixedHeaders).end(body);
}

function replyJson(request, response) {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
    const text = JSON.stringify(answerTo(JSON.parse(Buffer.concat(chunks).toString())));
    response.writeHead(200, { ...headers, "content-length": Buffer.byteLength(text) }).end(text);
  });
}

const server = createServer(kind === "json" ? replyJson : replyFixed);
server.listen(0, "127.0.0.1", () => sayListening(server.address().port));
