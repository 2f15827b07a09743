import { STRING, setOf } from '../../values/type.js';
import { makeSet } from '../../values/set.js';
import { Value } from '../../values/value.js';
import { badArgument, define, reasonOf } from '../define.js';
import { globFiles, PatternError } from './glob.js';
import { fromTemplate } from './paths.js';

export const fileset = define({
  name: 'fileset',
  summary: 'the files below a folder that match a pattern, by its path from the template directory',
  parameters: [
    { name: 'path', type: STRING },
    { name: 'pattern', type: STRING },
  ],
  returns: setOf(STRING),
  call: ([path, pattern], context) => {
    try {
      const files = globFiles(fromTemplate(path.text, context), pattern.text);
      return makeSet(STRING, files.map(Value.string));
    } catch (error) {
      if (error instanceof PatternError) throw badArgument(1, `\`${pattern.text}\` ${error.message}`);
      throw badArgument(0, `\`${path.text}\` cannot be read: ${reasonOf(error)}`);
    }
  },
});
