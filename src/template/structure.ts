import { bodySchema } from './body.js';
import { EXPANSION } from './expansion.js';
import { POST_PROCESSOR_META, PROVISIONER_META } from './template.js';

/** What may stand where. */
export const FILE = bodySchema([], {
  packer: [],
  variable: ['name'],
  variables: [],
  local: ['name'],
  locals: [],
  data: ['type', 'name'],
  source: ['type', 'name'],
  build: [],
  module: ['name'],
  output: ['name'],
  hcp_packer_registry: [],
  communicator: ['type', 'name'],
});
export const PACKER = bodySchema(['required_version'], { required_plugins: [] });
export const VARIABLE = bodySchema(['type', 'default', 'description', 'sensitive'], { validation: [] });
export const VALIDATION = bodySchema(['condition!', 'error_message!']);
export const LOCAL = bodySchema(['expression', 'sensitive']);
export const OUTPUT = bodySchema(['value!', 'description', 'sensitive']);
/** Any name is an argument. */
export const ANYTHING = { ...bodySchema([]), anyAttribute: true };
export const BUILD = bodySchema(['name', 'description', 'sources', ...EXPANSION], {
  source: ['reference'],
  provisioner: ['type'],
  'error-cleanup-provisioner': ['type'],
  'post-processor': ['type'],
  'post-processors': [],
  hcp_packer_registry: [],
  from: ['name'],
});
export const CHAIN = bodySchema([], { 'post-processor': ['type'] });
export const PROVISIONER = bodySchema(PROVISIONER_META);
export const POST_PROCESSOR = bodySchema(POST_PROCESSOR_META);
export const SOURCE_USE = bodySchema(['name']);
export const HCP_REGISTRY = bodySchema([
  'bucket_name',
  'description',
  'bucket_labels',
  'labels',
  'build_labels',
  'channels',
]);
