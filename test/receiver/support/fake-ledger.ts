import type { Ledger, ListedContent, Period } from "../../../collector/storage/storage.ts";

/** The part of a ledger that listing and subscribing write to, in memory, with what happened in order. */
export class FakeLedger implements Pick<
  Ledger,
  "addListed" | "addCoverage" | "subscriptionStartedMs" | "setSubscriptionStarted"
> {
  readonly blobs: Map<string, ListedContent> = new Map<string, ListedContent>();
  readonly covered: { readonly contentType: string; readonly period: Period; readonly listedAtMs: number }[] = [];
  readonly started: Map<string, number> = new Map<string, number>();

  addListed(contentType: string, page: readonly ListedContent[]): number {
    const before = this.blobs.size;
    for (const content of page) this.blobs.set(`${contentType} ${content.contentId}`, content);
    return this.blobs.size - before;
  }

  addCoverage(contentType: string, period: Period, listedAtMs: number): void {
    this.covered.push({ contentType, period, listedAtMs });
  }

  subscriptionStartedMs(contentType: string): number | undefined {
    return this.started.get(contentType);
  }

  setSubscriptionStarted(contentType: string, atMs: number): void {
    this.started.set(contentType, atMs);
  }
}
