export interface BigFloat {
  toString(): string;
}
