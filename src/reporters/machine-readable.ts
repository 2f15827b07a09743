import type { Artifact } from '../contract/artifact.js';
import type { Reporter } from '../contract/events.js';
import { Narrator, type Utterance } from './narrate.js';

export interface MachineReadableOptions {
  write(text: string): void;
  readonly now: () => Date;
}

/** Writes Packer's `-machine-readable` lines: `UNIXSECONDS,TARGET,TYPE,DATA…`. */
export function machineReadableReporter({ write, now }: MachineReadableOptions): Reporter {
  const narrator = new Narrator(now);
  const line = (target: string, type: string, ...data: readonly (string | number)[]): void => {
    const seconds = Math.floor(now().getTime() / 1000);
    write(`${[seconds, target, type, ...data].map((field) => escape(String(field))).join(',')}\n`);
  };

  const artifact = (build: string, index: number, { builderId, id, description, files }: Artifact): void => {
    const about = (...data: readonly (string | number)[]) => line(build, 'artifact', index, ...data);
    about('builder-id', builderId);
    about('id', id);
    about('string', description);
    about('files-count', files.length);
    for (const [number, file] of files.entries()) about('file', number, file);
    about('end');
  };

  /** What comes in front of the line that people would read. */
  const introduce = ({ about }: Utterance): void => {
    if (!about) return;
    if ('failed' in about) {
      line(about.failed.build, 'error', about.failed.failure?.text ?? '');
      return;
    }
    const { summary, artifact: index } = about;
    if (index === 0) line(summary.build, 'artifact-count', summary.artifacts.length);
    artifact(summary.build, index, summary.artifacts[index] as Artifact);
  };

  return {
    event(event) {
      const failed = event.type === 'run-finished' ? event.results.filter(({ failure }) => failure).length : 0;
      for (const [index, utterance] of [...narrator.narrate(event)].entries()) {
        introduce(utterance);
        line('', 'ui', utterance.kind, utterance.text);
        const cancelled = event.type === 'run-finished' && event.cancelled;
        if (index === 0 && failed > 0 && !cancelled) line('', 'error-count', failed);
      }
    },
  };
}

const escape = (field: string): string =>
  field.replaceAll(',', '%!(PACKER_COMMA)').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
