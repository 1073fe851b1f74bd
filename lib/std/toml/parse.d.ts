export function parse(tomlString: string): Record<string, unknown>;
