import type { ChatRequest } from '../chat-request.ts';
import type { ResponseRequest } from '../responses/response-request.ts';
import type { AskedChoice, AskedTools } from './tool-use.ts';

/** Whether a chat request speaks of functions, as before there were tools; its answer does so too. */
export function speaksOfFunctions({ tools, functions, function_call }: ChatRequest): boolean {
  if (tools?.length) return false;
  return Boolean(functions?.length) || (typeof function_call === 'object' && function_call !== null);
}

export function askedByChat(request: ChatRequest): AskedTools {
  if (speaksOfFunctions(request)) {
    return {
      tools: (request.functions ?? []).map((asked, index) => ({ ...asked, place: `functions[${index}]` })),
      choice: functionCall(request.function_call),
      parallel: false,
    };
  }
  return {
    tools: (request.tools ?? []).map((tool, index) => ({ ...tool.function, place: `tools[${index}].function` })),
    choice: chatChoice(request.tool_choice),
    parallel: request.parallel_tool_calls,
  };
}

export function askedByResponse({ tools, tool_choice, parallel_tool_calls }: ResponseRequest): AskedTools {
  return {
    tools: (tools ?? []).map((tool, index) => ({ ...tool, place: `tools[${index}]` })),
    choice: flatChoice(tool_choice),
    parallel: parallel_tool_calls,
  };
}

function functionCall(choice: ChatRequest['function_call']): AskedChoice {
  const param = 'function_call';
  if (typeof choice !== 'object' || choice === null) return { mode: choice ?? 'auto', param };
  return named(choice.name, param, '.name');
}

function chatChoice(choice: ChatRequest['tool_choice']): AskedChoice {
  const param = 'tool_choice';
  if (typeof choice !== 'object' || choice === null) return { mode: choice ?? 'auto', param };
  if (choice.type === 'function') return named(choice.function.name, param, '.function.name');
  const { mode, tools } = choice.allowed_tools;
  const only = tools.map((tool, index) => {
    return { name: tool.function.name, param: `${param}.allowed_tools.tools[${index}].function.name` };
  });
  return { mode, only, param };
}

function flatChoice(choice: ResponseRequest['tool_choice']): AskedChoice {
  const param = 'tool_choice';
  if (typeof choice !== 'object' || choice === null) return { mode: choice ?? 'auto', param };
  if (choice.type === 'function') return named(choice.name, param, '.name');
  const only = choice.tools.map(({ name }, index) => ({ name, param: `${param}.tools[${index}].name` }));
  return { mode: choice.mode, only, param };
}

function named(name: string, param: string, path: string): AskedChoice {
  return { mode: 'required', only: [{ name, param: param + path }], once: true, param };
}
