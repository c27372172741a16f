export function typesOf(surface: string): string;
