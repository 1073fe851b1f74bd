export const STATUS_TEXT: Record<number, string>;
