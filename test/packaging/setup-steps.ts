/** What a reader of a page does, in order. */
export type Step =
  | { readonly kind: "save"; readonly name: string; readonly content: string }
  | { readonly kind: "upload"; readonly file: string }
  | {
      readonly kind: "run";
      readonly command: string;
      readonly answers: readonly (readonly [question: string, answer: string])[];
    };

/** The steps of a page: files to save, certificates to upload, commands to run, with the answers to what they ask. */
export function readSteps(page: string): readonly Step[] {
  const steps: Step[] = [];
  const pattern =
    /Save this as `([^`]+)`[^]*?```yaml\n([^]*?)```|: Upload `([^`]+)`|```sh\n([^]*?)```((?:(?!```|\n## )[^])*)/g;
  for (const [, name, content = "", upload, commands, rest = ""] of page.matchAll(pattern)) {
    if (name !== undefined) steps.push({ kind: "save", name, content });
    else if (upload !== undefined) steps.push({ kind: "upload", file: upload });
    else
      for (const command of (commands ?? "").trim().split("\n"))
        steps.push({ kind: "run", command, answers: answersIn(rest) });
    // What stands between a command and the next one was taken with it.
    for (const [, file = ""] of commands === undefined ? [] : rest.matchAll(/: Upload `([^`]+)`/g))
      steps.push({ kind: "upload", file });
  }
  return steps;
}

function answersIn(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/^\| (.+?) \| `(.+?)` \|$/gm)].map(
    ([, question = "", answer = ""]) => [question, answer] as const,
  );
}
