import { catalogue } from './message.js';

const cleanupOf = (runId: string): string => `\`imgpack cleanup -run=${runId}\``;

/** What the engine says about a run. */
export const engineMessages = catalogue('engine', {
  defect: (text: string) => ({
    text: `imgpack has a defect: ${text}`,
    hint: 'set PACKER_LOG=1 for the details and report them',
  }),
  system: (text: string) => ({ text }),
  diskFull: (text: string) => ({ text, hint: 'make room on the file system, then build again' }),
  notPermitted: (text: string) => ({ text, hint: 'give this user the right to do it, or choose another path' }),
  cancelled: () => ({ text: 'the build was cancelled' }),
  dependencyFailed: (build: string) => ({
    text: `not built, because it needs the artifact of \`${build}\`, which failed`,
  }),
  dependencyMadeNothing: (build: string) => ({
    text: `not built, because it needs the artifact of \`${build}\`, which made none`,
    hint: 'its builder, or a post-processor, hands nothing on',
  }),
  dependencyCycle: (build: string) => ({
    text: `build \`${build}\` needs its own artifact, directly or through others`,
  }),
  provisionerTimeout: (type: string, limit: string) => ({
    text: `provisioner \`${type}\` did not finish within ${limit}`,
    hint: 'raise its `timeout`, or look at its last lines of output for what it waits for',
  }),
  cleanupProvisionerFailed: (cleanup: string, original: string) => ({
    text: `the cleanup provisioner failed, too: ${cleanup}. Before that: ${original}`,
  }),
  postProcessorFailed: (type: string, text: string) => ({ text: `post-processor \`${type}\` failed: ${text}` }),
  postProcessorsFailed: (count: number) => ({ text: `${count} post-processors failed` }),
  noSuchStep: (wanted: string, steps: readonly string[], isAmbiguous: boolean) => ({
    text: isAmbiguous ? `more than one step is called \`${wanted}\`` : `the build has no step \`${wanted}\``,
    hint: `its steps are ${steps.map((step) => `\`${step}\``).join(', ')}`,
  }),
  cannotAsk: () => ({
    text: 'a question cannot be asked here',
    hint: 'run imgpack from a terminal, without `-machine-readable`',
  }),
  notDestroyed: (what: string, reason: string, runId: string) => ({
    text: `${what} could not be removed: ${reason}`,
    hint: `${cleanupOf(runId)} tries again`,
  }),
  leftBehind: (count: number, runId: string) => ({
    text: `${count} ${count === 1 ? 'thing is' : 'things are'} left in place`,
    hint: `${cleanupOf(runId)} removes ${count === 1 ? 'it' : 'them'}`,
  }),
  destroyTimeout: (limit: string) => ({ text: `it took longer than ${limit}` }),
  stillCreating: () => ({ text: 'it is still being created' }),
  unknownKind: (kind: string) => ({
    text: `nothing here knows how to remove a resource of kind \`${kind}\``,
    hint: 'use the version of imgpack that made it',
  }),
});

/** What the journal says. */
export const journalMessages = catalogue('journal', {
  notWritable: (path: string, reason: string) => ({
    text: `the journal \`${path}\` cannot be written: ${reason}`,
    hint: 'nothing is created without it; make room or set IMGPACK_STATE_DIR to another folder',
  }),
  notReadable: (path: string, reason: string) => ({ text: `the journal \`${path}\` cannot be read: ${reason}` }),
  noSuchRun: (runId: string) => ({
    text: `there is no journal of a run \`${runId}\``,
    hint: 'run `imgpack cleanup -dry-run` for what is left over',
  }),
});
