import type { Call, Reply } from './proxy.js';

/** Answers what only asks for permissions, which the emulator has no notion of. `denied` holds `service:Action`. */
export function judged({ service, action, parameters }: Call, denied: ReadonlySet<string>): Reply | undefined {
  if (parameters['DryRun'] === 'true') {
    const refused = denied.has(`${service}:${action}`);
    const [status, code] = refused ? [403, 'UnauthorizedOperation'] : [412, 'DryRunOperation'];
    return {
      status,
      body: `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>`,
    };
  }
  if (action !== 'SimulatePrincipalPolicy') return undefined;
  const results = Object.entries(parameters)
    .filter(([name]) => name.startsWith('ActionNames.'))
    .map(([, name]) => {
      const decision = denied.has(name) ? 'implicitDeny' : 'allowed';
      return `<member><EvalActionName>${name}</EvalActionName><EvalDecision>${decision}</EvalDecision></member>`;
    });
  return {
    status: 200,
    body: `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>${results.join('')}</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`,
  };
}
