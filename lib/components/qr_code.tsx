import { encode } from "uqr";
import type { Page } from "../render.ts";

/** White modules around the code: ISO/IEC 18004 asks for four. */
const BORDER = 4;

/** A link as a QR code, drawn as one path: no style and no image for which the policy would have to make room. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }): Page {
  const { size, data } = encode(text, { border: BORDER });
  const path = data.flatMap((row, y) => row.flatMap((isBlack, x) => isBlack ? [`M${x} ${y}h1v1h-1z`] : [])).join("");
  return (
    <div class="qr">
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
        <path d={path} fill="#000" />
      </svg>
    </div>
  );
}
