"""Everyday facts, each table with its phrasings; the answer's key word is what counts."""

from skills.base import an, ask, casual, holds


def pairs(text):
    """Rows `a:b` separated by commas or line ends."""
    rows = [row.strip() for row in text.replace("\n", ",").split(",") if row.strip()]
    return [tuple(part.strip() for part in row.split(":")) for row in rows]


CAPITALS = pairs("""France:Paris, Germany:Berlin, Italy:Rome, Spain:Madrid, Portugal:Lisbon, England:London, Scotland:Edinburgh
Ireland:Dublin, Wales:Cardiff, Norway:Oslo, Sweden:Stockholm, Finland:Helsinki, Denmark:Copenhagen, Iceland:Reykjavik
Poland:Warsaw, Austria:Vienna, Switzerland:Bern, Belgium:Brussels, Netherlands:Amsterdam, Greece:Athens, Turkey:Ankara
Russia:Moscow, Ukraine:Kyiv, Hungary:Budapest, Romania:Bucharest, Bulgaria:Sofia, Croatia:Zagreb, Serbia:Belgrade
Egypt:Cairo, Kenya:Nairobi, Morocco:Rabat, Ghana:Accra, Nigeria:Abuja, Ethiopia:Addis Ababa, Tunisia:Tunis, Senegal:Dakar
China:Beijing, Japan:Tokyo, India:New Delhi, South Korea:Seoul, Thailand:Bangkok, Vietnam:Hanoi, Nepal:Kathmandu
Indonesia:Jakarta, Philippines:Manila, Iran:Tehran, Iraq:Baghdad, Israel:Jerusalem, Saudi Arabia:Riyadh, Qatar:Doha
Canada:Ottawa, United States:Washington, Mexico:Mexico City, Cuba:Havana, Brazil:Brasilia, Argentina:Buenos Aires
Chile:Santiago, Peru:Lima, Colombia:Bogota, Ecuador:Quito, Uruguay:Montevideo, Bolivia:La Paz, Venezuela:Caracas
Australia:Canberra, New Zealand:Wellington, Estonia:Tallinn, Latvia:Riga, Lithuania:Vilnius, Slovakia:Bratislava
Slovenia:Ljubljana, Czechia:Prague, Jamaica:Kingston, Pakistan:Islamabad""")

CONTINENTS = pairs("""France:Europe, Germany:Europe, Italy:Europe, Spain:Europe, Norway:Europe, Poland:Europe, Greece:Europe
Egypt:Africa, Kenya:Africa, Morocco:Africa, Ghana:Africa, Nigeria:Africa, China:Asia, Japan:Asia, India:Asia
Thailand:Asia, Vietnam:Asia, Nepal:Asia, Canada:North America, Mexico:North America, Cuba:North America
Brazil:South America, Argentina:South America, Chile:South America, Peru:South America, Colombia:South America""")

LANGUAGES = pairs("""France:French, Germany:German, Italy:Italian, Spain:Spanish, Portugal:Portuguese, England:English
Norway:Norwegian, Sweden:Swedish, Finland:Finnish, Denmark:Danish, Poland:Polish, Greece:Greek, Russia:Russian
Hungary:Hungarian, China:Chinese, Japan:Japanese, Mexico:Spanish, Brazil:Portuguese, Argentina:Spanish, Austria:German
Egypt:Arabic, Turkey:Turkish, Iceland:Icelandic, Thailand:Thai, Vietnam:Vietnamese, Australia:English""")

OPPOSITES = pairs("""hot:cold, big:small, fast:slow, high:low, long:short, old:young, new:old, good:bad, happy:sad, light:dark
day:night, open:closed, full:empty, rich:poor, strong:weak, hard:soft, wet:dry, clean:dirty, early:late, near:far
up:down, left:right, in:out, on:off, yes:no, always:never, first:last, loud:quiet, thick:thin, wide:narrow
deep:shallow, sweet:sour, brave:afraid, true:false, easy:difficult, cheap:expensive, heavy:light, tall:short
begin:end, buy:sell, give:take, push:pull, win:lose, love:hate, come:go, laugh:cry, north:south, east:west
summer:winter, friend:enemy, before:after, above:below, front:back, top:bottom, male:female, sharp:blunt, smooth:rough
awake:asleep, alive:dead, right:wrong, black:white, wild:tame, guilty:innocent, asleep:awake, empty:full, cold:hot""")

PLURALS = pairs("""child:children, man:men, woman:women, foot:feet, tooth:teeth, mouse:mice, goose:geese, ox:oxen
person:people, leaf:leaves, wolf:wolves, knife:knives, life:lives, wife:wives, half:halves, loaf:loaves, shelf:shelves
sheep:sheep, deer:deer, fish:fish, box:boxes, bus:buses, dish:dishes, glass:glasses, church:churches, fox:foxes
baby:babies, city:cities, lady:ladies, story:stories, berry:berries, fly:flies, party:parties, potato:potatoes
tomato:tomatoes, hero:heroes, cat:cats, dog:dogs, book:books, tree:trees, house:houses, key:keys, toy:toys, day:days
boy:boys, thief:thieves, scarf:scarves, calf:calves, watch:watches, brush:brushes, cactus:cacti, louse:lice""")

PASTS = pairs("""go:went, see:saw, eat:ate, run:ran, come:came, take:took, give:gave, make:made, say:said, find:found
think:thought, buy:bought, bring:brought, teach:taught, catch:caught, sing:sang, swim:swam, drink:drank, begin:began
write:wrote, drive:drove, ride:rode, speak:spoke, break:broke, fly:flew, know:knew, grow:grew, draw:drew, fall:fell
sleep:slept, keep:kept, leave:left, meet:met, sit:sat, stand:stood, tell:told, win:won, walk:walked, play:played
jump:jumped, cook:cooked, hold:held, lose:lost, sell:sold, hear:heard, forget:forgot""")

SOUNDS = pairs("""dog:woof, cat:meow, cow:moo, sheep:baa, pig:oink, duck:quack, hen:cluck, lion:roar, owl:hoot, bee:buzz
snake:hiss, horse:neigh, frog:ribbit, mouse:squeak, wolf:howl, crow:caw, rooster:cock-a-doodle-doo, goose:honk
donkey:hee-haw, bird:tweet""")

YOUNG = pairs("""dog:puppy, cat:kitten, cow:calf, sheep:lamb, horse:foal, pig:piglet, goat:kid, hen:chick, duck:duckling
lion:cub, bear:cub, deer:fawn, kangaroo:joey, frog:tadpole, goose:gosling, fox:cub, seal:pup, swan:cygnet, owl:owlet""")

HOMES = pairs("""bird:nest, bee:hive, spider:web, bear:den, rabbit:burrow, dog:kennel, horse:stable, pig:sty, fish:water
beaver:lodge, ant:anthill, cow:barn, lion:den, mole:burrow, king:palace, monk:monastery""")

LEGS = pairs("""dog:4, cat:4, cow:4, horse:4, spider:8, ant:6, bee:6, bird:2, hen:2, snake:0, fish:0, octopus:8 arms, crab:10
beetle:6, person:2, sheep:4, fly:6, lion:4, duck:2, elephant:4, worm:0""")

CLASSES = pairs("""dog:mammal, cat:mammal, whale:mammal, bat:mammal, dolphin:mammal, elephant:mammal, eagle:bird, penguin:bird
owl:bird, ostrich:bird, duck:bird, snake:reptile, lizard:reptile, turtle:reptile, crocodile:reptile, frog:amphibian
toad:amphibian, salmon:fish, shark:fish, ant:insect, bee:insect, beetle:insect, butterfly:insect""")

COLOURS = pairs("""sky:blue, grass:green, snow:white, blood:red, banana:yellow, lemon:yellow, coal:black, night sky:black
sun:yellow, milk:white, tomato:red, carrot:orange, strawberry:red, cherry:red, leaf:green, cucumber:green, pumpkin:orange
chocolate:brown, flamingo:pink, polar bear:white, crow:black, frog:green, elephant:grey, gold coin:golden
raspberry:red, cloud:white, sea:blue, pea:green, salt:white, ripe plum:purple""")

USES = pairs("""hammer:hit nails, knife:cut, pen:write, spoon:eat soup, umbrella:stay dry in the rain, key:open a lock
clock:tell the time, broom:sweep the floor, oven:bake, lamp:give light, scissors:cut paper, ladder:climb up
needle:sew, map:find the way, fridge:keep food cold, phone:talk to people far away, soap:wash, towel:dry things
bed:sleep, ruler:measure, camera:take pictures, saw:cut wood, boat:travel on water, comb:tidy hair, compass:find north""")

PEOPLE = pairs("""bread:baker, sick people:doctor, sick animals:vet, fires:firefighter, planes:pilot, pupils:teacher, teeth:dentist
pipes:plumber, meat:butcher, hair:barber, fields:farmer, books in a library:librarian, ships:sailor, letters:postman
clothes:tailor, laws in court:judge, wood:carpenter, paintings:painter, stars:astronomer""")

OTHERS = """How many days are in a week?|A week has 7 days.|7
How many months are in a year?|A year has 12 months.|12
How many hours are in a day?|A day has 24 hours.|24
How many minutes are in an hour?|An hour has 60 minutes.|60
How many seconds are in a minute?|A minute has 60 seconds.|60
How many days are in a year?|A year has 365 days, a leap year 366.|365
How many seasons are there?|There are 4 seasons: spring, summer, autumn and winter.|4
How many letters are in the alphabet?|The alphabet has 26 letters.|26
How many planets are in the solar system?|There are 8 planets in the solar system.|8
Which planet do we live on?|We live on the Earth.|earth
Which planet is the largest?|Jupiter is the largest planet.|jupiter
Which planet is the smallest?|Mercury is the smallest planet.|mercury
Which planet is red?|Mars is the red planet.|mars
Which planet has rings?|Saturn is known for its rings.|saturn
What goes round the Earth?|The moon goes round the Earth.|moon
What does the Earth go round?|The Earth goes round the sun.|sun
Why is the sky blue?|The air scatters blue light more than red light.|scatters
Why does it rain?|Water in clouds gathers into drops, and they fall.|clouds
What is snow?|Snow is frozen water from the clouds.|frozen
What is ice?|Ice is frozen water.|frozen
What is steam?|Steam is water as a gas.|gas
What is water made of?|Water is made of hydrogen and oxygen.|hydrogen
At what temperature does water boil?|Water boils at 100 degrees Celsius.|100
At what temperature does water freeze?|Water freezes at 0 degrees Celsius.|0
What do plants need to grow?|Plants need light, water and air.|light
What do bees make?|Bees make honey.|honey
What gives us milk?|Cows give us milk.|cows
What gives us wool?|Sheep give us wool.|sheep
What lays eggs?|Hens lay eggs.|hens
What is the largest animal?|The blue whale is the largest animal.|whale
What is the fastest land animal?|The cheetah is the fastest land animal.|cheetah
What is the tallest animal?|The giraffe is the tallest animal.|giraffe
What is the king of the animals?|The lion is called the king of the animals.|lion
What do pandas eat?|Pandas eat bamboo.|bamboo
What do cows eat?|Cows eat grass.|grass
What do rabbits eat?|Rabbits eat grass and leaves.|grass
What is the highest mountain?|Mount Everest is the highest mountain.|everest
What is the largest ocean?|The Pacific is the largest ocean.|pacific
What is the longest river?|The Nile is usually called the longest river.|nile
What is the largest country?|Russia is the largest country.|russia
What is the largest desert?|Antarctica is the largest desert; the Sahara is the largest hot one.|sahara
Where is the Eiffel Tower?|The Eiffel Tower is in Paris.|paris
Where is the Colosseum?|The Colosseum is in Rome.|rome
Where are the pyramids?|The great pyramids are in Egypt.|egypt
Where is the Great Wall?|The Great Wall is in China.|china
Where is Big Ben?|Big Ben is in London.|london
Where do penguins live?|Penguins live in the south, many in Antarctica.|antarctica
Where do polar bears live?|Polar bears live in the Arctic.|arctic
How many sides has a triangle?|A triangle has 3 sides.|3
How many sides has a square?|A square has 4 sides.|4
How many sides has a hexagon?|A hexagon has 6 sides.|6
How many sides has a pentagon?|A pentagon has 5 sides.|5
How many fingers has a hand?|A hand has 5 fingers.|5
How many eyes do people have?|People have 2 eyes.|2
How many wheels has a bicycle?|A bicycle has 2 wheels.|2
How many wheels has a car?|A car has 4 wheels.|4
How many strings has a violin?|A violin has 4 strings.|4
How many players are in a football team?|A football team has 11 players.|11
What colour do you get from blue and yellow?|Blue and yellow make green.|green
What colour do you get from red and yellow?|Red and yellow make orange.|orange
What colour do you get from red and blue?|Red and blue make purple.|purple
What colour do you get from black and white?|Black and white make grey.|grey
Which season is the coldest?|Winter is the coldest season.|winter
Which season is the warmest?|Summer is the warmest season.|summer
What comes after winter?|Spring comes after winter.|spring
Where does the sun rise?|The sun rises in the east.|east
Where does the sun set?|The sun sets in the west.|west
Who wrote Hamlet?|William Shakespeare wrote Hamlet.|shakespeare
Who painted the Mona Lisa?|Leonardo da Vinci painted the Mona Lisa.|leonardo
Who first walked on the moon?|Neil Armstrong was the first to walk on the moon.|armstrong
Who found gravity?|Isaac Newton described gravity.|newton
Who wrote the theory of relativity?|Albert Einstein wrote the theory of relativity.|einstein
Who wrote Romeo and Juliet?|William Shakespeare wrote Romeo and Juliet.|shakespeare
What do we breathe?|We breathe air; our bodies use its oxygen.|oxygen
What pumps blood?|The heart pumps blood.|heart
What do we think with?|We think with the brain.|brain
What do we see with?|We see with our eyes.|eyes
What do we hear with?|We hear with our ears.|ears
What do we smell with?|We smell with our nose.|nose
What is bread made of?|Bread is made of flour, water and yeast.|flour
What is cheese made of?|Cheese is made of milk.|milk
What is glass made of?|Glass is made of sand.|sand
What is paper made of?|Paper is made of wood.|wood
What is chocolate made of?|Chocolate is made of cocoa beans.|cocoa
What is wine made of?|Wine is made of grapes.|grapes
What is the chemical symbol of gold?|The symbol of gold is Au.|au
What is H2O?|H2O is water.|water
What is a computer?|A computer is a machine that follows instructions.|machine
What is a browser?|A browser is a program that shows web pages.|program
What is JSON?|JSON is a way to write data as text.|data
What is a language model?|A language model is a program that guesses the next piece of a text.|text
What is the internet?|The internet is a network that joins computers all over the world.|network
What is a GPU?|A GPU is a chip that does many sums at once.|chip
What is 1,000 grams?|1,000 grams are one kilogram.|kilogram
How many centimetres are in a metre?|A metre has 100 centimetres.|100
How many metres are in a kilometre?|A kilometre has 1000 metres.|1000
How many grams are in a kilogram?|A kilogram has 1000 grams.|1000"""


# Table, ways to ask ({a} the left word, {an} with its article), the answer.
TABLES = [
    (CAPITALS, ["What is the capital of {a}?", "Which city is the capital of {a}?", "Name the capital of {a}.", "{a}'s capital?",
                "What's the capital city of {a}?", "capital of {a}", "Tell me the capital of {a}."], "The capital of {a} is {b}."),
    (CAPITALS, ["{b} is the capital of which country?", "Which country has {b} as its capital?"], "{b} is the capital of {a}."),
    (CONTINENTS, ["Where is {a}?", "On which continent is {a}?", "Which continent is {a} in?"], "{a} is in {b}."),
    (LANGUAGES, ["What language do people speak in {a}?", "Which language is spoken in {a}?"], "People in {a} speak {b}."),
    (OPPOSITES, ["What is the opposite of {a}?", "Opposite of {a}?", "Give me the opposite of {a}.", "What's the opposite of {a}?",
                 "Which word means the opposite of {a}?"], "The opposite of {a} is {b}."),
    (PLURALS, ["What is the plural of {a}?", "Plural of {a}?", "One {a}, two ...?", "Give me the plural of {a}."],
     "The plural of {a} is {b}."),
    (PASTS, ["What is the past tense of {a}?", "Past tense of {a}?", "Today I {a}. What is that in the past tense?"],
     "The past tense of {a} is {b}."),
    (SOUNDS, ["What sound does a {a} make?", "What does a {a} say?", "Which noise does the {a} make?"], "The {a} says {b}."),
    (YOUNG, ["What is a young {a} called?", "What is a baby {a} called?", "What do you call a baby {a}?"],
     "A young {a} is called a {b}."),
    (HOMES, ["Where does a {a} live?", "What is the home of a {a}?"], "The home of a {a} is: {b}."),
    (LEGS, ["How many legs does {an} have?", "How many legs has {an}?"], "The {a} has {b}{legs}."),
    (CLASSES, ["What kind of animal is {an}?", "Is {an} a mammal, a bird or something else?", "What class of animal is {an}?"],
     "The {a}: {b}."),
    (COLOURS, ["What colour is the {a}?", "What color is the {a}?", "Which colour has the {a}?"], "The {a} is {b}."),
    (USES, ["What is {an} for?", "What do you do with {an}?", "What is {an} used for?"], "You use it to {b}."),
    (PEOPLE, ["Who works with {a}?", "Whose job has to do with {a}?"], "That is the {b}."),
]
SINGLES = [tuple(row.split("|")) for row in OTHERS.split("\n")]


def fill(text, a, b):
    legs = "" if "arms" in b else " legs"
    return text.format(a=a, b=b, an=an(a), legs=legs)


def from_table(dice):
    rows, questions, answer = dice.choice(TABLES)
    a, b = dice.choice(rows)
    reversed_question = "{b}" in questions[0]
    return ask(casual(dice, fill(dice.choice(questions), a, b)), fill(answer, a, b), holds(a if reversed_question else b))


def single(dice):
    question, answer, key = dice.choice(SINGLES)
    opening = dice.one("", "", "", "Tell me: ", "Quick question: ", "Do you know: ")
    return ask(casual(dice, opening + question), answer, holds(key))


def fact(dice):
    """Any question of the tables, its answer, and the key words alone."""
    return from_table(dice) if dice.maybe(0.75) else single(dice)


SKILLS = {"from a table": from_table, "single": single}
