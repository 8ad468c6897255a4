import type { State } from "../health/judge.ts";

export type Colour = "green" | "yellow" | "red" | "gray" | "bold";

export interface TextOptions {
  /** Characters that a line may have; tables need 79. */
  readonly width: number;
  readonly style: (colour: Colour, text: string) => string;
  /** Says only what is not well, and no numbers. */
  readonly problemsOnly?: boolean;
}

export const STATE_WORDS: Readonly<Record<State, { readonly word: string; readonly colour: Colour }>> = {
  ready: { word: "Ready", colour: "green" },
  pending: { word: "Pending", colour: "green" },
  healthy: { word: "Healthy", colour: "green" },
  quiet: { word: "Quiet", colour: "yellow" },
  degraded: { word: "Degraded", colour: "yellow" },
  unhealthy: { word: "Unhealthy", colour: "red" },
  bad_credentials: { word: "Bad credentials", colour: "red" },
};
