import { readFile } from 'node:fs/promises';
import type { Diagnostics } from '../hcl/diagnostic.js';
import { parseJsonFile } from '../hcl/json-syntax/parser.js';
import { parseFile } from '../hcl/syntax/parser.js';
import type { SourceFile } from '../hcl/source.js';
import type { Body } from '../hcl/syntax/ast.js';
import { ImgpackError } from '../messages/message.js';
import { absolute, type TemplatePath } from './files.js';
import { messages } from './messages.js';

/** A file that was read and parsed. */
export interface ParsedFile {
  readonly source: SourceFile;
  readonly body: Body;
}

/** Reads and parses files, and remembers every text that a diagnostic may have to show. */
export class Input {
  readonly files = new Map<string, SourceFile>();

  constructor(
    private readonly workingDirectory: string,
    private readonly readStandardInput: () => Promise<string> = () => Promise.resolve(''),
  ) {}

  /**
   * Reads files in order; faults of syntax become diagnostics.
   * @throws ImgpackError where a file cannot be read
   */
  async read(
    paths: readonly TemplatePath[],
    diagnostics: Diagnostics,
    { literalStrings = false }: { readonly literalStrings?: boolean } = {},
  ): Promise<ParsedFile[]> {
    const texts = await Promise.all(paths.map(({ name }) => this.text(name)));
    return paths.map(({ name, syntax }, i) => {
      const source = this.remember({ name, text: texts[i] as string });
      const { body, diagnostics: found } =
        syntax === 'json' ? parseJsonFile(source, { literalStrings }) : parseFile(source);
      diagnostics.add(found);
      return { source, body };
    });
  }

  /** Keeps a text that did not come from a file (a value from the command line) for the frames of diagnostics. */
  remember(source: SourceFile): SourceFile {
    this.files.set(source.name, source);
    return source;
  }

  /**
   * The text of a file, or of standard input for `-`.
   * @throws ImgpackError where it cannot be read
   */
  async text(name: string): Promise<string> {
    if (name === '-') return this.readStandardInput();
    try {
      return await readFile(absolute(name, this.workingDirectory), 'utf8');
    } catch (cause) {
      const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
      throw new ImgpackError(missing ? messages.fileNotFound(name) : messages.unreadable(name), { cause });
    }
  }
}
