import { number, text, textMap } from '../schema.js';

/** The web server from which a machine can fetch files while it is built. */
export const httpOptions = {
  http_directory: text({
    description: 'Folder that is served to the machine over HTTP, with listings. Not together with `http_content`.',
  }),
  http_content: textMap({
    description:
      'Files that are served from memory: the path, with a leading slash, and what stands in the file. Not together with `http_directory`.',
  }),
  http_port_min: number({ description: 'Lowest port the web server may take.', default: 8000 }),
  http_port_max: number({
    description: 'Upper bound of those ports; it is not taken itself, unless it equals `http_port_min`.',
    default: 9000,
  }),
  http_bind_address: text({
    description: 'Address the web server listens on. Not together with `http_interface`.',
    defaultNote: '`0.0.0.0`',
  }),
  http_interface: text({
    description: 'Network interface whose address the machine should use, where a builder supports it.',
  }),
  http_network_protocol: text({
    description: 'Kind of socket the web server listens on.',
    default: 'tcp',
    values: ['tcp', 'tcp4', 'tcp6', 'unix', 'unixpacket'],
  }),
} as const;
