/**
 * What moderators did.
 *
 * @module
 */
import type { Page } from "../render.ts";
import type { Deed, ModerationEntry } from "../store/moderation_view.ts";
import { DELETED_MEMBER } from "./room_names.ts";
import { Table } from "./table.tsx";
import { When } from "./when.tsx";

const DEEDS: Readonly<Record<Deed, string>> = {
  "role-administrator": "made administrator",
  "role-moderator": "made moderator",
  "role-member": "made member",
  "muted": "muted",
  "unmuted": "let write again",
  "banned": "banned",
  "unbanned": "lifted the ban",
  "removed": "removed the account",
  "reset-offered": "made a reset link",
  "invitation-made": "made an invitation",
  "invitation-revoked": "took an invitation back",
  "room-renamed": "renamed a room",
  "room-archived": "archived a room",
  "room-reopened": "took a room up again",
  "sent-out": "sent out of a room",
  "message-deleted": "deleted a message",
};

/** What moderators did, the newest first. */
export function ModerationTable({ entries }: { readonly entries: readonly ModerationEntry[] }): Page {
  if (entries.length === 0) return <p>Nobody had to do anything yet.</p>;
  const rows = entries.map((entry) => ({
    id: entry.position,
    cells: [
      <When key="at" at={entry.at} />,
      <bdi key="by">{entry.by || DELETED_MEMBER}</bdi>,
      DEEDS[entry.what],
      concerned(entry),
      details(entry),
    ],
  }));
  const headings = ["When", "Who", "What", "Whom, where", "Until, why"];
  return <Table caption="What was done to others, the newest first" headings={headings} rows={rows} />;
}

function concerned({ account, room, seq }: ModerationEntry): Page {
  const href = room === undefined ? undefined : `/rooms/${room}${seq === undefined ? "" : `?at=${seq}#message-${seq}`}`;
  return (
    <>
      {account !== undefined && <bdi>{account || DELETED_MEMBER}</bdi>}
      {account !== undefined && href !== undefined && ", "}
      {href !== undefined && <a href={href}>{seq === undefined ? "the room" : `message ${seq}`}</a>}
    </>
  );
}

function details({ until, reason }: ModerationEntry): Page {
  return (
    <>
      {until !== undefined && (
        <>
          until <When at={until} />
        </>
      )}
      {until !== undefined && reason !== undefined && ": "}
      {reason !== undefined && <bdi>{reason}</bdi>}
    </>
  );
}
