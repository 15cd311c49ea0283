"""Calling tools: which one, with what arguments, several at once, none, and answers made from results."""

import json
import re

from chat import Chat
from skills import catalogue, facts, identity, recall
from skills.base import assistant, holds, user
from skills.results import result

NO_TOOL = "None of my tools can do that."


def calls_equal(expected):
    """The same calls in the same order: names and arguments alike."""
    def judge(reply):
        try:
            found = [json.loads(body) for body in re.findall(r"<tool_call>\s*(.*?)\s*</tool_call>", reply, re.S)]
        except ValueError:
            return False
        return found == [{"name": call["name"], "arguments": call["arguments"]} for call in expected]

    return judge


def calling(calls):
    return {"role": "assistant", "content": None, "tool_calls": calls}


def result_of(text):
    return {"role": "tool", "content": text}


def call(tool):
    return {"name": tool.name, "arguments": tool.arguments}


def sentences(first, second):
    """Both in one message, the first with its mark."""
    return f"{first} {second}" if first[-1] in ".?!" else f"{first}. {second}"


def offered(dice, used, extra):
    """The schemas of the tools in use among `extra` others, shuffled."""
    intents = {tool.intent for tool in used}
    others = []
    while len(others) < extra:
        other = catalogue.tool(dice)
        if other.intent not in intents:
            intents.add(other.intent)
            others.append(other)
    tools = [*used, *others]
    dice.shuffle(tools)
    return [tool.schema for tool in tools]


def one_call(dice):
    tool = catalogue.tool(dice)
    calls = [call(tool)]
    return Chat([user(tool.request), calling(calls)], calls_equal(calls), offered(dice, [tool], dice.one(0, 1, 1, 2, 2, 3)))


def two_calls(dice):
    """Two tools, or the same one twice."""
    first = catalogue.tool(dice)
    if len(first.parameters) == 1 and dice.maybe(0.6):
        request, calls = first.together(dice)
        return Chat([user(request), calling(calls)], calls_equal(calls), offered(dice, [first], dice.one(0, 0, 1)))
    if dice.maybe():
        second = first.again(dice)
        used, joined = [first], sentences(first.request, second.request)
        if first.arguments == second.arguments:
            return two_calls(dice)
    else:
        second = catalogue.tool(dice)
        if second.intent == first.intent:
            return two_calls(dice)
        used = [first, second]
        joined = sentences(first.request, dice.one("{}", "Then: {}", "And also: {}").format(second.request))
    calls = [call(first), call(second)]
    return Chat([user(joined), calling(calls)], calls_equal(calls), offered(dice, used, dice.one(0, 0, 1)))


def no_call(dice):
    """Tools are there, but the question needs none, or there is none for it."""
    if dice.maybe(0.4):
        wanted = catalogue.tool(dice)
        schemas = offered(dice, [wanted], dice.one(1, 2, 3))
        rest = [schema for schema in schemas if schema is not wanted.schema]
        return Chat([user(wanted.request), assistant(NO_TOOL)], holds("None of my tools"), rest)
    chat = dice.one(facts.fact, identity.small_talk, recall.told_in_question, recall.told_over_turns)(dice)
    return Chat(chat.messages, lambda reply: "<tool_call>" not in reply and chat.grade(reply), offered(dice, [], dice.one(1, 2, 3)))


def answer_from_result(dice):
    tool = catalogue.tool(dice)
    returned, said, keys = result(dice)
    messages = [user(tool.request), calling([call(tool)]), result_of(returned), assistant(said)]
    return Chat(messages, holds(*keys), offered(dice, [tool], dice.one(0, 0, 1, 2)))


def answer_from_two(dice):
    """Two calls, two results, one answer."""
    first = catalogue.tool(dice)
    second = first.again(dice)
    results = [result(dice), result(dice)]
    messages = [user(sentences(first.request, second.request)), calling([call(first), call(second)]),
                *(result_of(returned) for returned, _, _ in results), assistant(" ".join(said for _, said, _ in results))]
    return Chat(messages, holds(*results[0][2], *results[1][2]), offered(dice, [first], dice.one(0, 1)))


def second_question(dice):
    """After one call and its answer, another tool is needed."""
    first, second = catalogue.tool(dice), catalogue.tool(dice)
    if first.intent == second.intent:
        return second_question(dice)
    returned, said, _ = result(dice)
    calls = [call(second)]
    messages = [user(first.request), calling([call(first)]), result_of(returned), assistant(said), user(second.request), calling(calls)]
    return Chat(messages, calls_equal(calls), offered(dice, [first, second], dice.one(0, 1)))


SKILLS = {"one call": one_call, "two calls": two_calls, "no call": no_call, "answer from a result": answer_from_result,
          "answer from two results": answer_from_two, "second question": second_question}
