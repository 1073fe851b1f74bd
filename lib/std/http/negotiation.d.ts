export function accepts(request: Pick<Request, "headers">, ...types: string[]): string | undefined;
