import type { Reporter, TestCase } from 'vitest/node';

/** Ends a run of vitest with its skipped tests and their reasons, in the form that `npm test` collects. */
export default class NotRunReporter implements Reporter {
  readonly #skipped: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state !== 'skipped') return;
    this.#skipped.push(`  ${test.module.relativeModuleId} > ${test.fullName}: ${result.note ?? 'no reason given'}`);
  }

  onTestRunEnd(): void {
    if (this.#skipped.length > 0) console.log(`Not run:\n${this.#skipped.join('\n')}`);
  }
}
