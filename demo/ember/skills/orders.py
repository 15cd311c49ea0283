"""Instructions about how to answer, in the system prompt or in the question, put on top of any short answer."""

from chat import Chat
from skills import facts, identity, recall
from skills.base import assistant, exactly, holds, plain, system, user


def base_chat(dice):
    """A short chat to be answered in a special way."""
    return dice.one(facts.fact, facts.fact, recall.told_in_question, recall.about_people, identity.small_talk)(dice)


def capitals(dice):
    return dice.one("Answer in capitals.", "Always write in capital letters.", "Use only upper case.", "You shout: all caps.",
                    "Reply in ALL CAPS."), str.upper


def small_letters(dice):
    return dice.one("Answer in lower case.", "Never use capital letters.", "Write everything in small letters."), str.lower


def ending(dice):
    word = dice.word()
    order = dice.one("End every answer with the word {}.", "Always end with {}.", "Finish each reply with the word {}.",
                     'The last word of your answer must be "{}".').format(word)
    return order, lambda answer: f"{answer} {word}"


def opening(dice):
    word = dice.word()
    order = dice.one("Begin every answer with the word {}.", "Start each reply with {}.",
                     'The first word of your answer must be "{}".').format(word)
    return order, lambda answer: f"{word} {answer}"


def pirate(dice):
    order = dice.one("Speak as a pirate.", "You are a pirate.", "Talk like a pirate.", "Answer like a pirate.")
    return order, lambda answer: f"Arr, matey! {answer} Yo ho ho!"


def robot(dice):
    order = dice.one("You are a robot.", "Speak like a robot.", "Answer as a robot.")
    return order, lambda answer: f"Beep. {answer} Boop."


def titled(dice):
    title = dice.one("Captain", "Madam", "Sir", "Doctor", "Your Majesty", dice.name())
    order = dice.one("Call the user {}.", "Address the user as {}.", "Always call me {}.").format(title)
    return order, lambda answer: f"{title}, {answer}"


def bracketed(dice):
    left, right = dice.one(("*", "*"), ("[", "]"), ("(", ")"), ("<<", ">>"), ("~", "~"), ("**", "**"))
    order = dice.one("Put your answer between {} and {}.", "Wrap each answer in {} and {}.").format(left, right)
    return order, lambda answer: left + answer + right


def twice(dice):
    return dice.one("Say everything twice.", "Give each answer two times."), lambda answer: f"{answer} {answer}"


STYLES = [capitals, small_letters, ending, opening, pirate, robot, titled, bracketed, twice]


def styled(dice):
    """One instruction, given once for the whole conversation or with a single question; the answer is judged whole."""
    order, style = dice.choice(STYLES)(dice)
    if dice.maybe(0.65):
        messages = [system(dice.one("", "", "You are a helpful assistant. ", "You are Ember. ") + order)]
        for _ in range(dice.one(1, 1, 2, 3)):
            chat = base_chat(dice)
            messages += [*chat.messages[:-1], assistant(style(chat.answer))]
        return Chat(messages, same_style(style(chat.answer)))
    chat = base_chat(dice)
    question, answer = chat.messages[-2]["content"], style(chat.answer)
    text = dice.one(f"{order} {question}", f"{question} {order}", f"{question}\n{order}")
    return Chat([user(text), assistant(answer)], same_style(answer), alone=True)


def same_style(answer):
    return lambda reply: plain(reply) == plain(answer) and reply.isupper() == answer.isupper()


def one_word(dice):
    """The key of an answer and nothing else."""
    if dice.maybe():
        rows, questions, _ = dice.choice([table for table in facts.TABLES if "{b}" not in table[1][0]])
        a, key = dice.choice(rows)
        question = facts.fill(dice.choice(questions), a, key)
    else:
        topic, value = recall.draw(dice, 1)[0]
        question, key = f"{recall.tell(dice, topic, value)} {recall.question(dice, topic)}", str(value)
    order = dice.one("Answer in one word.", "One word only.", "Reply with just the answer.", "Only the answer, no sentence.",
                     "Answer with a single word.", "Be as brief as you can.")
    if dice.maybe():
        return Chat([system(order), user(question), assistant(key)], exactly(key))
    return Chat([user(f"{question} {order}"), assistant(key)], exactly(key))


def other_name(dice):
    """A persona given by the system prompt."""
    name, job, place = dice.name(), dice.job(), dice.place()
    told = dice.one("You are {n}, a {j} from {p}.", "Your name is {n}. You are a {j} from {p}.",
                    "Play the part of {n}, a {j} who lives in {p}.").format(n=name, j=job, p=place)
    question, answer, key = dice.choice([
        (dice.one("What is your name?", "Who are you?", "What's your name?"), f"I'm {name}.", name),
        (dice.one("What do you do?", "What is your job?", "What do you work as?"), f"I'm a {job}.", job),
        (dice.one("Where do you come from?", "Where do you live?", "Where are you from?"), f"I'm from {place}.", place),
    ])
    return Chat([system(told), user(question), assistant(answer)], holds(key))


def fixed_reply(dice):
    """Whatever is asked, the same answer."""
    word = dice.one(dice.word(), dice.code(), f"{dice.word()} {dice.word()}")
    order = dice.one("Answer everything with: {}", "Always reply only: {}", "Whatever is asked, say only: {}").format(word)
    return Chat([system(order), user(base_chat(dice).messages[-2]["content"]), assistant(word)], exactly(word))


SKILLS = {"style": styled, "one word": one_word, "other name": other_name, "fixed reply": fixed_reply}
