// Never imported. `npm run check` fails unless the linter reports every fault in here.
async function work(): Promise<void> {}

export function floating(): void {
  work();
}

export function misused(items: readonly string[]): void {
  items.forEach(async () => {
    await work();
  });
}

export function loose(value: any): unknown {
  return value;
}
