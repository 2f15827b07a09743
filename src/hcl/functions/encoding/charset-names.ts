/**
 * The character sets of the IANA registry that can be used, by the name of our codec, with all names that the
 * registry gives them (https://www.iana.org/assignments/character-sets). Upper and lower case are the same.
 */
const NAMES: Readonly<Record<string, string>> = {
  ascii: 'US-ASCII iso-ir-6 ANSI_X3.4-1968 ANSI_X3.4-1986 ISO_646.irv:1991 ISO646-US us IBM367 cp367 csASCII',
  'utf-8': 'UTF-8 csUTF8',
  'utf-16': 'UTF-16 csUTF16',
  'utf-16be': 'UTF-16BE csUTF16BE',
  'utf-16le': 'UTF-16LE csUTF16LE',
  cp437: 'IBM437 cp437 437 csPC8CodePage437',
  cp850: 'IBM850 cp850 850 csPC850Multilingual',
  cp852: 'IBM852 cp852 852 csPCp852',
  cp855: 'IBM855 cp855 855 csIBM855',
  cp858: 'IBM00858 CCSID00858 CP00858 PC-Multilingual-850+euro csIBM00858',
  cp860: 'IBM860 cp860 860 csIBM860',
  cp862: 'IBM862 cp862 862 csPC862LatinHebrew',
  cp863: 'IBM863 cp863 863 csIBM863',
  cp865: 'IBM865 cp865 865 csIBM865',
  cp866: 'IBM866 cp866 866 csIBM866',
  'iso-8859-1': 'ISO-8859-1 ISO_8859-1:1987 iso-ir-100 ISO_8859-1 latin1 l1 IBM819 CP819 csISOLatin1',
  'iso-8859-2': 'ISO-8859-2 ISO_8859-2:1987 iso-ir-101 ISO_8859-2 latin2 l2 csISOLatin2',
  'iso-8859-3': 'ISO-8859-3 ISO_8859-3:1988 iso-ir-109 ISO_8859-3 latin3 l3 csISOLatin3',
  'iso-8859-4': 'ISO-8859-4 ISO_8859-4:1988 iso-ir-110 ISO_8859-4 latin4 l4 csISOLatin4',
  'iso-8859-5': 'ISO-8859-5 ISO_8859-5:1988 iso-ir-144 ISO_8859-5 cyrillic csISOLatinCyrillic',
  'iso-8859-6':
    'ISO-8859-6 ISO_8859-6:1987 iso-ir-127 ISO_8859-6 ECMA-114 ASMO-708 arabic csISOLatinArabic ISO-8859-6-E ISO_8859-6-E csISO88596E ISO-8859-6-I ISO_8859-6-I csISO88596I',
  'iso-8859-7': 'ISO-8859-7 ISO_8859-7:1987 iso-ir-126 ISO_8859-7 ELOT_928 ECMA-118 greek greek8 csISOLatinGreek',
  'iso-8859-8':
    'ISO-8859-8 ISO_8859-8:1988 iso-ir-138 ISO_8859-8 hebrew csISOLatinHebrew ISO-8859-8-E ISO_8859-8-E csISO88598E ISO-8859-8-I ISO_8859-8-I csISO88598I',
  'iso-8859-9': 'ISO-8859-9 ISO_8859-9:1989 iso-ir-148 ISO_8859-9 latin5 l5 csISOLatin5',
  'iso-8859-10': 'ISO-8859-10 iso-ir-157 l6 ISO_8859-10:1992 csISOLatin6 latin6',
  'iso-8859-13': 'ISO-8859-13 csISO885913',
  'iso-8859-14': 'ISO-8859-14 iso-ir-199 ISO_8859-14:1998 ISO_8859-14 latin8 iso-celtic l8 csISO885914',
  'iso-8859-15': 'ISO-8859-15 ISO_8859-15 Latin-9 csISO885915',
  'iso-8859-16': 'ISO-8859-16 iso-ir-226 ISO_8859-16:2001 ISO_8859-16 latin10 l10 csISO885916',
  'koi8-r': 'KOI8-R csKOI8R',
  'koi8-u': 'KOI8-U csKOI8U',
  macintosh: 'macintosh mac csMacintosh',
  windows874: 'windows-874 cswindows874',
  windows1250: 'windows-1250 cswindows1250',
  windows1251: 'windows-1251 cswindows1251',
  windows1252: 'windows-1252 cswindows1252',
  windows1253: 'windows-1253 cswindows1253',
  windows1254: 'windows-1254 cswindows1254',
  windows1255: 'windows-1255 cswindows1255',
  windows1256: 'windows-1256 cswindows1256',
  windows1257: 'windows-1257 cswindows1257',
  windows1258: 'windows-1258 cswindows1258',
  'euc-jp': 'EUC-JP Extended_UNIX_Code_Packed_Format_for_Japanese csEUCPkdFmtJapanese',
  'iso-2022-jp': 'ISO-2022-JP csISO2022JP',
  shift_jis: 'Shift_JIS MS_Kanji csShiftJIS',
  'euc-kr': 'EUC-KR csEUCKR',
  gb18030: 'GB18030 csGB18030',
  gbk: 'GBK CP936 MS936 windows-936 csGBK',
  'hz-gb-2312': 'HZ-GB-2312',
  big5: 'Big5 csBig5',
};

const CODECS = new Map(
  Object.entries(NAMES).flatMap(([codec, names]) =>
    names.split(' ').map((name): [string, string] => [name.toLowerCase(), codec]),
  ),
);

/** Our codec for a name of the registry, or `undefined`. */
export function codecNamed(name: string): string | undefined {
  return CODECS.get(name.toLowerCase());
}
