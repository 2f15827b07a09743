import type { EC2Client, Image } from '@aws-sdk/client-ec2';

/** Queries of builds that start together are asked once. */
const GATHER_MILLISECONDS = 25;
/** How many values a filter takes. */
const MOST_VALUES = 200;
/** What was found is as good for builds that come right after. */
const FRESH_MILLISECONDS = 30_000;

/** Looks up images for many builds: names in one call together, equal queries once. */
export class SharedQueries {
  private readonly found = new Map<string, { readonly at: number; readonly result: Promise<Image[]> }>();
  private gathering: { readonly names: Set<string>; readonly result: Promise<Map<string, Image>> } | undefined;

  constructor(private readonly ec2: EC2Client) {}

  /** The account's own image of a name, or undefined. */
  async ownImage(name: string): Promise<Image | undefined> {
    if (!this.gathering || this.gathering.names.size >= MOST_VALUES) {
      const names = new Set<string>();
      this.gathering = { names, result: this.lookUp(names) };
    }
    this.gathering.names.add(name);
    return (await this.gathering.result).get(name);
  }

  /** What a query for images finds; `key` tells queries apart. */
  async images(key: string, ask: () => Promise<Image[]>): Promise<Image[]> {
    const known = this.found.get(key);
    if (known && Date.now() - known.at < FRESH_MILLISECONDS) return known.result;
    const result = ask();
    this.found.set(key, { at: Date.now(), result });
    result.catch(() => this.found.delete(key));
    return result;
  }

  private async lookUp(names: Set<string>): Promise<Map<string, Image>> {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MILLISECONDS));
    if (this.gathering?.names === names) this.gathering = undefined;
    const { DescribeImagesCommand } = await import('@aws-sdk/client-ec2');
    const Filters = [{ Name: 'name', Values: [...names] }];
    const { Images = [] } = await this.ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }));
    return new Map(Images.map((image) => [image.Name ?? '', image]));
  }
}
