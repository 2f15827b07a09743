// Runs commands in turns and prints what each took, and the ratios: of the medians, and of the means of CPU time. Wall time,
// CPU time and memory are those of the whole process tree, so that programs that start helpers are counted with them.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Resident kilobytes of a process and all its descendants; 0 once it is gone. */
function treeMemory(root) {
  const parents = new Map();
  const memory = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(name), Number(fields[1]));
      memory.set(Number(name), Number(fields[21]) * 4);
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    }
  }
  let total = 0;
  for (const [pid, kilobytes] of memory) {
    for (let at = pid; at !== undefined && at !== 0; at = parents.get(at)) {
      if (at === root) {
        total += kilobytes;
        break;
      }
    }
  }
  return total;
}

/** Seconds of CPU time, user and system, of all children that have ended, with theirs; in steps of 10 ms. */
function childrenCpu() {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

/** Runs a command once. @returns seconds of wall and CPU time, peak memory of the tree in MiB, exit code, output */
export function once(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const begin = process.hrtime.bigint();
    const cpuBefore = childrenCpu();
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let peak = 0;
    let output = '';
    const sample = () => {
      peak = Math.max(peak, treeMemory(child.pid));
    };
    const timer = options.memory ? setInterval(sample, 100) : undefined;
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
      resolve({ seconds, cpu: childrenCpu() - cpuBefore, mebibytes: peak / 1024, code, output });
    });
  });
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/**
 * Compares sides in turns: A B A B …, after one uncounted round.
 * @param sides name → function that runs it once and returns the result of `once`
 */
export async function compare(title, sides, { runs = 5, warmup = 1, memory = false, before = async () => {} } = {}) {
  const results = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let run = -warmup; run < runs; run++) {
    for (const [name, side] of Object.entries(sides)) {
      await before(name);
      const result = await side();
      if (result.code !== 0)
        throw new Error(`${title}: ${name} ended with ${result.code}\n${result.output.slice(-2000)}`);
      if (run >= 0) results[name].push(result);
    }
  }
  console.log(`\n${title}`);
  const figures = {};
  for (const [name, list] of Object.entries(results)) {
    const seconds = list.map((result) => result.seconds);
    figures[name] = {
      seconds: median(seconds),
      // The mean, because the steps of the clock are coarse.
      cpu: mean(list.map((result) => result.cpu)),
      mebibytes: median(list.map((result) => result.mebibytes)),
    };
    const spread = `${Math.min(...seconds).toFixed(3)} … ${Math.max(...seconds).toFixed(3)}`;
    console.log(
      `  ${name.padEnd(12)} ${figures[name].seconds.toFixed(3)} s  (${spread})  CPU ${figures[name].cpu.toFixed(3)} s${memory ? `  ${figures[name].mebibytes.toFixed(0)} MiB` : ''}`,
    );
  }
  const [first, ...others] = Object.keys(sides);
  for (const other of others) {
    const ratio = (figure) => (figures[first][figure] / figures[other][figure]).toFixed(2);
    console.log(
      `  ${first} / ${other}: ${ratio('seconds')} of the time, ${ratio('cpu')} of the CPU time${memory ? `, ${ratio('mebibytes')} of the memory` : ''}`,
    );
  }
  return figures;
}
