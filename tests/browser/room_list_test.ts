import { assertEquals } from "@std/assert";
import { browserTest, Person, TestServer } from "./browser.ts";
import { call, say } from "./said.ts";

browserTest(
  "the list of rooms follows what happens: made, written in, read, left, archived, joined",
  async (browser) => {
    await using server = await TestServer.start("--no-rate-limits");
    const [cookie, other] = [await server.register("ada"), await server.register("Bob")];
    await using ada = await Person.open({ browser, server, name: "ada" });
    await ada.take(cookie);
    const { page } = ada;
    const joined = page.locator("#rooms-joined a");
    await page.goto("/rooms/common");
    await ada.isLive();
    const make = async (body: object) => (await call(other, { path: "rooms", body })).room.id as string;
    const garden = await make({ name: "Garden", open: true });
    await joined.getByText("Garden").waitFor();
    await say(other, "The tomatoes are ripe", { room: garden });
    await say(other, "Come, @ada", { room: garden });
    await joined.filter({ hasText: "Garden" }).locator(".count.mentions").getByText("2").waitFor();
    await call(cookie, { path: `rooms/${garden}/read`, body: { seq: 2 } });
    await joined.filter({ hasText: "Garden" }).locator(".count").waitFor({ state: "detached" });
    const secret = await make({ name: "Surprise", open: false });
    assertEquals(await page.getByText("Surprise").count(), 0);
    await call(other, { path: `rooms/${secret}/members`, body: { name: "ada" } });
    await joined.getByText("Surprise").waitFor();
    await call(other, { path: `rooms/${secret}`, body: { name: "The surprise" } });
    await joined.getByText("The surprise").waitFor();
    const { room: direct } = await call(other, { path: "direct", body: { name: "ada" } });
    await say(other, "Between us", { room: direct.id });
    await page.locator("#rooms-direct .count.mentions").getByText("1").waitFor();
    assertEquals(await page.title(), "(1) Common room · Commonroom");
    await call(cookie, { path: `rooms/${garden}/members/ada`, method: "DELETE" });
    await page.getByText("Other rooms").click();
    await page.locator("#rooms-other").getByRole("link", { name: "Garden" }).click();
    await page.getByRole("button", { name: "Join Garden" }).click();
    await joined.filter({ hasText: "Garden" }).waitFor();
    await ada.say("Here I am");
    await ada.sees("Here I am");
    await call(other, { path: `rooms/${garden}`, body: { archived: true } });
    await page.getByText("This room is archived").waitFor();
    await page.locator("#rooms-archived [aria-current]").getByText("Garden").waitFor();
    await ada.isLive();
    await call(other, { path: `rooms/${garden}`, body: { archived: false } });
    await page.getByLabel("Message", { exact: true }).waitFor();
  },
);

browserTest("somebody who is sent out of the room that they read is led to the common room", async (browser) => {
  await using server = await TestServer.start("--no-rate-limits");
  const [cookie, other] = [await server.register("ada"), await server.register("Bob")];
  const { room } = await call(other, { path: "rooms", body: { name: "Surprise", open: false } });
  await call(other, { path: `rooms/${room.id}/members`, body: { name: "ada" } });
  await using ada = await Person.open({ browser, server, name: "ada" });
  await ada.take(cookie);
  await ada.page.goto(`/rooms/${room.id}`);
  await ada.isLive();
  await call(other, { path: `rooms/${room.id}/members/ada`, method: "DELETE" });
  await ada.page.waitForURL("**/rooms/common");
});
