import { RequestError } from '../../errors.ts';

/** Why a keyword of a schema cannot be followed. */
export function schemaError(message: string, path: string): RequestError {
  return new RequestError(`Invalid JSON schema at ${path || 'its root'}: ${message}`, 'invalid_json_schema', path);
}
