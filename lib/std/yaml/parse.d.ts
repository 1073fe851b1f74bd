export function parse(
  content: string,
  options?: { readonly schema?: "core" | "failsafe" | "json" | "extended" },
): unknown;
