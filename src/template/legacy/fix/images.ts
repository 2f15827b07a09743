import { isObject, ofBuilders, type Fixer, type Mutable } from './fixer.js';

const CREATE_TIME = /\{\{\s*\.CreateTime\s*\}\}/g;
const CLEAN_NAME = /clean_(?:image|ami)_name/g;

export const isoMd5: Fixer = {
  name: 'iso-md5',
  description: '`iso_md5` becomes `iso_checksum`',
  fix: ofBuilders(['*'], (builder) => {
    if (typeof builder['iso_md5'] !== 'string') return;
    builder['iso_checksum'] = `md5:${builder['iso_md5']}`;
    delete builder['iso_md5'];
    delete builder['iso_checksum_type'];
  }),
};

export const createTime: Fixer = {
  name: 'createtime',
  description: '`{{.CreateTime}}` in names of images becomes `{{timestamp}}`',
  fix: ofBuilders(['*'], (builder) => {
    for (const key of ['ami_name', 'bundle_prefix', 'snapshot_name']) {
      const value = builder[key];
      if (typeof value === 'string') builder[key] = value.replace(CREATE_TIME, '{{timestamp}}');
    }
  }),
};

export const cleanImageName: Fixer = {
  name: 'clean-image-name',
  description: '`clean_image_name` and `clean_ami_name` become `clean_resource_name`',
  fix: ofBuilders(['*'], (builder) => {
    replaceNames(builder);
    for (const value of Object.values(builder)) if (isObject(value)) replaceNames(value);
  }),
};

function replaceNames(options: Mutable): void {
  for (const [key, value] of Object.entries(options))
    if (typeof value === 'string') options[key] = value.replace(CLEAN_NAME, 'clean_resource_name');
}

export const isoChecksum: Fixer = {
  name: 'iso-checksum-type-and-url',
  description: '`iso_checksum_type` and `iso_checksum_url` go into `iso_checksum`',
  fix: ofBuilders(['*'], (builder) => {
    const { iso_checksum: checksum, iso_checksum_type: type, iso_checksum_url: url } = builder;
    delete builder['iso_checksum_type'];
    delete builder['iso_checksum_url'];
    if (isText(url)) builder['iso_checksum'] = `file:${url}`;
    else if (isText(checksum) && isText(type)) builder['iso_checksum'] = `${type}:${checksum}`;
  }),
};

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
