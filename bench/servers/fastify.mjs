/** Fastify, as its guide shows it. */
import { answerTo, fixedBody, load, readWork, sayListening } from "./work.mjs";

const { default: fastify } = await load("fastify");
const work = readWork();
const { kind, path, headers } = work;
const raw = fixedBody(work);
const body = typeof raw === "string" ? raw : Buffer.from(raw);
const app = fastify();

if (kind === "json") app.post(path, (request, reply) => reply.headers(headers).send(answerTo(request.body)));
else app.get(path, (_request, reply) => reply.headers(headers).send(body));

await app.listen({ host: "127.0.0.1", port: 0 });
sayListening(app.server.address().port);
