import type { Reporter, TestCase } from 'vitest/node';

/** Says of every skipped test that it was not run, and why, in the form that `npm test` collects. */
export default class NotRunReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state !== 'skipped') return;
    console.log(`not run: ${test.module.relativeModuleId} > ${test.fullName}: ${result.note ?? 'no reason given'}`);
  }
}
