import type { Page } from "../render.ts";

/** What stands in a cell. */
export type Cell = Page | string;

/** A row of a table. */
export interface TableRow {
  /** Tells it from the others. */
  readonly id: string | number;
  /** What stands under each heading; the first is the row's own heading. */
  readonly cells: readonly Cell[];
}

/** What a table shows. */
export interface TableProps {
  /** What it is about. */
  readonly caption: string;
  /** What stands over each column. */
  readonly headings: readonly string[];
  /** What stands below. */
  readonly rows: readonly TableRow[];
}

/**
 * A table. On a phone the style sheet makes a card of each row, and with that browsers forget what is a table: the roles
 * say it, and each cell says what its column is.
 */
export function Table({ caption, headings, rows }: TableProps): Page {
  return (
    <table class="table" role="table">
      <caption>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {headings.map((heading) => <th key={heading} scope="col" role="columnheader">{heading}</th>)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(({ id, cells: [first, ...others] }) => (
          <tr key={id} role="row">
            <th scope="row" role="rowheader">{first}</th>
            {others.map((cell, index) => <td key={index} role="cell" data-label={headings[index + 1]}>{cell}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
