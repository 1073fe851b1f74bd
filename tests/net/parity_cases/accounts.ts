/**
 * Accounts, sessions, cookies, and the forms of a browser that runs no script.
 *
 * @module
 */
import { PASSWORD } from "../../testing.ts";
import { form, gets, type ParityCase } from "./case.ts";

const ADA = { name: "ada", password: PASSWORD };
const browser = { accept: "text/html" };

/** The cases. */
export const ACCOUNTS: readonly ParityCase[] = [
  {
    name: "register, me, log out, log in",
    steps: [
      { path: "/api/me" },
      { path: "/api/register", body: ADA, as: "ada" },
      { path: "/api/me", as: "ada" },
      { method: "HEAD", path: "/api/me", as: "ada" },
      { path: "/api/register", body: ADA },
      { path: "/api/register", body: { ...ADA, name: "АdА" } },
      { method: "POST", path: "/api/logout", as: "ada" },
      { path: "/api/me", as: "ada" },
      { path: "/api/login", body: { ...ADA, password: "something else entirely" }, as: "ada" },
      { path: "/api/login", body: { ...ADA, name: "nobody" }, as: "ada" },
      { path: "/api/login", body: ADA, as: "ada" },
      { path: "/api/me", as: "ada" },
      { path: "/api/rooms", as: "ada" },
    ],
  },
  {
    name: "registration that is refused",
    steps: [
      { path: "/api/register", body: { ...ADA, name: "" } },
      { path: "/api/register", body: { ...ADA, name: "x".repeat(100) } },
      { path: "/api/register", body: { ...ADA, name: "a b" } },
      { path: "/api/register", body: { ...ADA, password: "short" } },
      { path: "/api/register", body: { name: "ada" } },
      { path: "/api/register", body: { ...ADA, invitation: "forged" } },
      { path: "/api/register?invitation=forged", body: ADA },
    ],
  },
  {
    name: "registration by invitation only",
    config: { isRegistrationOpen: false },
    steps: [
      { path: "/api/register", body: ADA },
      form("/api/register", ADA, { as: "ada" }),
      { path: "/register", as: "ada", headers: browser },
      { path: "/register", as: "ada", headers: browser },
      { path: "/register?invitation=forged" },
    ],
  },
  {
    name: "forms: register, log out, log in, each followed by its page",
    steps: [
      form("/api/register", ADA, { as: "ada" }),
      { path: "/rooms/common", as: "ada", headers: browser },
      form("/api/logout", {}, { as: "ada" }),
      { path: "/rooms/common", as: "ada", headers: browser },
      { path: "/login?next=%2Frooms%2Fcommon", as: "ada", headers: browser },
      form("/api/login?next=%2Fabout.html", ADA, { as: "ada" }),
      { path: "/about.html", as: "ada", headers: browser },
      form("/api/login?next=%2F%2Fevil.example", ADA, { as: "ada" }),
      { path: "/login", as: "ada", headers: browser },
    ],
  },
  {
    name: "forms that are refused leave a message, which is shown once",
    members: ["ada"],
    steps: [
      form("/api/login", { name: "ada", password: "not the right one" }, { as: "eve" }),
      { path: "/login", as: "eve", headers: browser },
      { path: "/login", as: "eve", headers: browser },
      form("/api/register", { name: "é è", password: PASSWORD }, { as: "eve" }),
      { path: "/register", as: "eve", headers: browser },
      form("/api/login?next=%2Fsearch", { name: "ada" }, { as: "eve" }),
      { path: "/login?next=%2Fsearch", as: "eve", headers: { ...browser, cookie: "flash=%%%; session=x" } },
    ],
  },
  {
    name: "requests from another site's page",
    members: ["ada"],
    steps: [
      form("/api/login", ADA, { headers: { origin: "http://evil.example" } }),
      form("/api/login", ADA, { headers: { origin: "null" } }),
      form("/api/login", ADA, { headers: { "sec-fetch-site": "cross-site" } }),
      form("/api/login", ADA, { headers: { "sec-fetch-site": "same-origin" } }),
      { method: "POST", path: "/api/logout", as: "ada", headers: { origin: "http://evil.example" } },
      { method: "DELETE", path: "/note.txt", headers: { "sec-fetch-site": "same-site" } },
    ],
  },
  {
    name: "cookies that are none of ours",
    members: ["ada"],
    steps: [
      ...["session=", "session=forged", "a=b; session", ";;;", "__Host-session=x", `session=${"A".repeat(43)}`]
        .map((cookie) => ({ path: "/api/me", headers: { cookie } })),
      { path: "/api/me", headers: { cookie: "a=b; {cookie of ada}; c=d" } },
      { path: "/api/me", headers: { cookie: "{cookie of ada}\xe9" } },
    ],
  },
  {
    name: "two fields Cookie are one list",
    members: ["ada"],
    steps: [{
      bytes:
        "GET /api/me HTTP/1.1\r\nHost: {host}\r\nCookie: a=b\r\nCookie: {cookie of ada}\r\nConnection: close\r\n\r\n",
    }],
  },
  {
    name: "too many logins for one name",
    config: { hasRateLimits: true },
    steps: [
      ...Array.from(
        { length: 12 },
        () => ({ path: "/api/login", body: { name: "ada", password: "not the right one" } }),
      ),
      form("/api/login", ADA, { as: "ada" }),
      { path: "/login", as: "ada", headers: browser },
    ],
  },
  {
    name: "too many searches",
    config: { hasRateLimits: true },
    steps: [...gets(Array.from({ length: 52 }, (_, at) => `/api/search?q=word${at}`)), {
      path: "/search?q=a",
      headers: browser,
    }],
  },
];
