import type { FunctionDefinition, FunctionTable, LazyFunction } from '../eval/function.js';
import { lazyFunctions } from '../eval/lazy-functions.js';
import { chunklist, element, reverse, slice, sort } from './collection/element.js';
import { concat, flatten } from './collection/join-lists.js';
import { length } from './collection/length.js';
import { keys, lookup, merge, values, zipmap } from './collection/maps.js';
import { contains, index } from './collection/search.js';
import { coalesce, coalescelist, compact, distinct } from './collection/select.js';
import { setintersection, setproduct, setunion } from './collection/sets.js';
import { alltrue, anytrue } from './collection/truth.js';
import { bcrypt } from './crypto/bcrypt.js';
import { md5, sha1, sha256, sha512 } from './crypto/digest.js';
import { rsadecrypt } from './crypto/rsadecrypt.js';
import { uuidv4, uuidv5 } from './crypto/uuid.js';
import { formatdate } from './date/formatdate.js';
import { legacyIsotime, legacyStrftime } from './date/legacy.js';
import { rfc3339Parse, timeadd, timestamp, unixTimestampParse } from './date/timestamp.js';
import { base64decode, base64encode, urlencode } from './encoding/base64.js';
import { csvdecode } from './encoding/csv.js';
import { base64gzip } from './encoding/gzip.js';
import { jsondecode, jsonencode } from './encoding/json.js';
import { textdecodebase64, textencodebase64 } from './encoding/text.js';
import { yamldecode, yamlencode } from './encoding/yaml.js';
import { env } from './env.js';
import { file, filebase64, fileexists } from './file/file.js';
import { fileset } from './file/fileset.js';
import { abspath, basename, dirname, pathexpand } from './file/paths.js';
import { templatefile } from './file/templatefile.js';
import { format, formatlist } from './format/format.js';
import { cidrhost, cidrnetmask, cidrsubnet, cidrsubnets } from './network/cidr.js';
import { max, min, sum } from './numeric/extremes.js';
import { parseint } from './numeric/parseint.js';
import { log, pow } from './numeric/powers.js';
import { range } from './numeric/range.js';
import { abs, ceil, floor, signum } from './numeric/rounding.js';
import { awsSecretsmanager, awsSecretsmanagerRaw, consulKey, vault } from './secret/functions.js';
import { lower, title, upper } from './string/case.js';
import { regex, regexall, regexReplace } from './string/regex.js';
import { endswith, replace, startswith, strcontains } from './string/search.js';
import { indent, join, split, strrev, substr } from './string/split.js';
import { chomp, trim, trimprefix, trimspace, trimsuffix } from './string/trim.js';

type AnyFunction = FunctionDefinition | LazyFunction;

const definitions: readonly AnyFunction[] = [
  ...[abs, ceil, floor, log, max, min, parseint, pow, range, signum, sum],
  ...[chomp, endswith, format, formatlist, indent, join, lower, regex, regexall, regexReplace, replace, split],
  ...[startswith, strcontains, strrev, substr, title, trim, trimprefix, trimspace, trimsuffix, upper],
  ...[alltrue, anytrue, chunklist, coalesce, coalescelist, compact, concat, contains, distinct, element, flatten],
  ...[index, keys, length, lookup, merge, reverse, setintersection, setproduct, setunion, slice, sort, values, zipmap],
  ...[base64decode, base64encode, base64gzip, csvdecode, jsondecode, jsonencode, textdecodebase64, textencodebase64],
  ...[urlencode, yamldecode, yamlencode],
  ...[bcrypt, md5, rsadecrypt, sha1, sha256, sha512, uuidv4, uuidv5],
  ...[formatdate, legacyIsotime, legacyStrftime, rfc3339Parse, timeadd, timestamp, unixTimestampParse],
  ...[abspath, basename, dirname, file, filebase64, fileexists, fileset, pathexpand, templatefile],
  ...[cidrhost, cidrnetmask, cidrsubnet, cidrsubnets],
  ...[awsSecretsmanager, awsSecretsmanagerRaw, consulKey, vault],
  ...lazyFunctions,
];

/** The functions of every expression. */
export const standardFunctions: FunctionTable = new Map(definitions.map((definition) => [definition.name, definition]));

/** The functions of a variable's default: `env` is there and nowhere else. */
export const defaultFunctions: FunctionTable = new Map([...standardFunctions, [env.name, env]]);
