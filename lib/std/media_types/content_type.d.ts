export function contentType(extensionOrType: string): string | undefined;
