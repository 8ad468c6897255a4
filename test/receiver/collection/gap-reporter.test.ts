import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gapReporter } from "../../../receiver/collection/gap-reporter.ts";
import { testSettings } from "../../support/test-settings.ts";

const HOUR = 3_600_000;

suite("gapReporter()", () => {
  test("says each gap of each content type once, although its ends move", () => {
    const { logger, lines } = testSettings();
    const report = gapReporter(logger);
    for (let hour = 0; hour < 20; hour += 1) {
      const gap = { fromMs: hour * HOUR, toMs: (100 + hour) * HOUR };
      report("Audit.General", [gap]);
      report("Audit.Exchange", [gap]);
    }
    assert.deepEqual(
      lines.map(({ level, fields }) => [level, fields["content_type"], fields["from"]]),
      [
        ["error", "Audit.General", "1970-01-01T00:00:00"],
        ["error", "Audit.Exchange", "1970-01-01T00:00:00"],
      ],
    );
  });

  test("says a new gap beside one that was said", () => {
    const { logger, lines } = testSettings();
    const report = gapReporter(logger);
    report("Audit.General", [{ fromMs: 0, toMs: HOUR }]);
    report("Audit.General", [
      { fromMs: 0, toMs: HOUR },
      { fromMs: 5 * HOUR, toMs: 6 * HOUR },
    ]);
    assert.equal(lines.length, 2);
  });
});
