import { ofPostProcessors, ofProvisioners, rename, type Fixer } from './fixer.js';

/** Providers that once stood beside the other options of the Vagrant post-processor. */
const PROVIDERS = ['aws', 'digitalocean', 'virtualbox', 'vmware'];

export const vagrantOverride: Fixer = {
  name: 'pp-vagrant-override',
  description: 'options of the Vagrant post-processor for one provider go into `override`',
  fix: ofPostProcessors(['vagrant'], (postProcessor) => {
    const given = PROVIDERS.filter((provider) => Object.hasOwn(postProcessor, provider));
    if (given.length === 0) return;
    const override = Object.fromEntries(given.map((provider) => [provider, postProcessor[provider]]));
    for (const provider of given) delete postProcessor[provider];
    postProcessor['override'] = override;
  }),
};

export const manifestFilename: Fixer = {
  name: 'manifest-filename',
  description: '`filename` of the manifest post-processor becomes `output`',
  fix: ofPostProcessors(['manifest'], (postProcessor) =>
    rename(postProcessor, 'filename', 'output', { only: 'string' }),
  ),
};

export const dockerEmail: Fixer = {
  name: 'docker-email',
  description: '`login_email` of the Docker post-processors goes',
  fix: ofPostProcessors(['docker-*'], (postProcessor) => {
    delete postProcessor['login_email'];
  }),
};

export const dockerTags: Fixer = {
  name: 'docker-tag-tags',
  description: '`tag` of the Docker post-processors becomes `tags`',
  fix: ofPostProcessors(['docker-tag'], (postProcessor) => {
    const tags = [...textsOf(postProcessor['tag']), ...textsOf(postProcessor['tags'])];
    delete postProcessor['tag'];
    postProcessor['tags'] = tags;
  }),
};

export const powershellEscapes: Fixer = {
  name: 'powershell-escapes',
  description: 'escapes in variables and in the name and password of the elevated user go: they are no longer needed',
  fix: ofProvisioners(['powershell'], (provisioner) => {
    for (const key of ['elevated_user', 'elevated_password']) {
      const value = provisioner[key];
      if (typeof value === 'string') provisioner[key] = unescape(value);
    }
    const variables = provisioner['environment_vars'];
    if (Array.isArray(variables))
      provisioner['environment_vars'] = variables.map((item: unknown) =>
        typeof item === 'string' ? unescape(item) : item,
      );
  }),
};

export const galaxyCommand: Fixer = {
  name: 'galaxy-command',
  description: '`galaxycommand` of `ansible-local` becomes `galaxy_command`',
  fix: ofProvisioners(['ansible-local'], (provisioner) =>
    rename(provisioner, 'galaxycommand', 'galaxy_command', { keep: true, only: 'string' }),
  ),
};

function unescape(text: string): string {
  return text.replace(/`(["'$`])/g, '$1');
}

/** A list of texts, or one text with commas. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(',');
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
  return [];
}
