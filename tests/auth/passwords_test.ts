import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { Passwords } from "../../lib/auth/passwords.ts";
import { HttpError } from "../../lib/errors.ts";
import { cheapPasswords, PASSWORD } from "../testing.ts";

/** Two hashes run and 64 wait. */
const MAX_UNDER_WAY = 66;

Deno.test("a password verifies against its own hash, and no other does", async () => {
  const passwords = cheapPasswords();
  const hash = await passwords.hash(PASSWORD);
  assertMatch(hash, /^scrypt\$4\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  assertEquals(await passwords.verify(PASSWORD, hash), true);
  for (const wrong of ["", "x", PASSWORD.toUpperCase(), `${PASSWORD} `, PASSWORD.slice(0, -1)]) {
    assertEquals(await passwords.verify(wrong, hash), false, JSON.stringify(wrong));
  }
});

Deno.test("the same password has another hash each time", async () => {
  const passwords = cheapPasswords();
  assertNotEquals(await passwords.hash(PASSWORD), await passwords.hash(PASSWORD));
});

Deno.test("a password is the same composed and decomposed", async () => {
  const passwords = cheapPasswords();
  const hash = await passwords.hash("un caf\u00e9 noir");
  assertEquals(await passwords.verify("un cafe\u0301 noir", hash), true);
});

Deno.test("hash() refuses what is too short or too long", async () => {
  const passwords = cheapPasswords();
  const cases: ReadonlyArray<readonly [password: string, isAllowed: boolean]> = [
    ["", false],
    ["a".repeat(9), false],
    ["😀".repeat(9), false],
    ["a".repeat(10), true],
    ["😀".repeat(10), true],
    ["a".repeat(1_024), true],
    ["a".repeat(1_025), false],
    ["😀".repeat(256), true],
    ["😀".repeat(257), false],
  ];
  for (const [password, isAllowed] of cases) {
    if (isAllowed) assertMatch(await passwords.hash(password), /^scrypt/);
    else assertEquals((await assertRejects(() => passwords.hash(password), HttpError)).status, 422);
  }
});

Deno.test("verify() does not take a password that is too long, nor the empty one in its place", async () => {
  const passwords = cheapPasswords();
  const hash = await passwords.hash("a".repeat(1_024));
  assertEquals(await passwords.verify("a".repeat(1_025), hash), false);
  assertEquals(await passwords.verify("a".repeat(1_000_000), undefined), false);
});

Deno.test("verify() derives a key for an unknown account too, and is never true", async () => {
  const passwords = cheapPasswords();
  assertEquals(await passwords.verify(PASSWORD, undefined), false);
  // Whether a key is derived shows in the queue: with all places taken, an unknown account is refused like a known one.
  const hash = await passwords.hash(PASSWORD);
  for (const known of [hash, undefined]) {
    const underWay = Array.from({ length: MAX_UNDER_WAY }, () => passwords.hash(PASSWORD));
    const error = await assertRejects(() => passwords.verify(PASSWORD, known), HttpError);
    assertEquals([error.status, error.headers["retry-after"]], [503, "10"]);
    await Promise.all(underWay);
  }
});

Deno.test("a flood of passwords is bounded: 66 are taken, the next is told to come again", async () => {
  const passwords = cheapPasswords();
  const underWay = Array.from({ length: MAX_UNDER_WAY }, () => passwords.hash(PASSWORD));
  const error = await assertRejects(() => passwords.hash(PASSWORD), HttpError);
  assertEquals(error.status, 503);
  assertEquals((await Promise.all(underWay)).length, MAX_UNDER_WAY);
  assertMatch(await passwords.hash(PASSWORD), /^scrypt/, "the places are free again");
});

Deno.test("isOutdated() tells hashes of another cost", async () => {
  const hash = await cheapPasswords().hash(PASSWORD);
  const cases: ReadonlyArray<readonly [cost: ConstructorParameters<typeof Passwords>[0], isOutdated: boolean]> = [
    [{ logN: 4, r: 8, p: 1 }, false],
    [{ logN: 5, r: 8, p: 1 }, true],
    [{ logN: 4, r: 9, p: 1 }, true],
    [{ logN: 4, r: 8, p: 2 }, true],
  ];
  for (const [cost, isOutdated] of cases) assertEquals(new Passwords(cost).isOutdated(hash), isOutdated);
});

Deno.test("a hash of another cost still verifies", async () => {
  const hash = await cheapPasswords().hash(PASSWORD);
  assert(await new Passwords({ logN: 5, r: 8, p: 1 }).verify(PASSWORD, hash));
});

Deno.test("a flood at the very first login breaks no later one", async () => {
  const passwords = cheapPasswords();
  const hash = await passwords.hash(PASSWORD);
  const underWay = Array.from({ length: MAX_UNDER_WAY }, () => passwords.hash(PASSWORD));
  await assertRejects(() => passwords.verify(PASSWORD, hash), HttpError);
  await Promise.all(underWay);
  assertEquals(await passwords.verify(PASSWORD, hash), true);
  assertEquals(await passwords.verify(PASSWORD, undefined), false);
});
