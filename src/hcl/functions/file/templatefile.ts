import { ANY, STRING } from '../../values/type.js';
import { badArgument, define, failure } from '../define.js';
import { readText } from './file.js';
import { expandHome, fromTemplate } from './paths.js';

/** A file of one interpolation alone gives a value of any type. */
export const templatefile = define({
  name: 'templatefile',
  summary: 'the text of a template file with values filled in',
  parameters: [
    { name: 'path', type: STRING },
    { name: 'variables', type: ANY },
  ],
  returns: ANY,
  call: ([path, variables], context) => {
    const { kind } = variables.type;
    if (kind !== 'map' && kind !== 'object') throw badArgument(1, 'must be a map or object');
    for (const name of variables.entries.keys()) {
      if (!/^\p{ID_Start}[\p{ID_Continue}-]*$/u.test(name)) throw badArgument(1, `\`${name}\` is not a valid name`);
    }
    if (!context.renderTemplate) throw failure('templates cannot be rendered here');
    const text = readText(fromTemplate(expandHome(path.text, context), context));
    return context.renderTemplate(path.text, text.replace(/^\ufeff/, ''), variables.entries);
  },
});
