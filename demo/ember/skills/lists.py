"""Word lists the generator draws from."""

NAMES = """Ada Alan Alice Amir Amy Ana Anna Arno Ben Bea Bob Bruno Carl Carla Cleo Clara Dan Dana Dora Eli Ella Elsa Emil
Emma Eric Eva Finn Flora Frank Freya Gina Greta Hana Hank Hugo Ida Igor Ines Iris Ivan Jack Jan Jane Jim Joe John Jon
Juan Judy Julia Kai Kara Kate Ken Kim Lara Lars Lea Leo Lena Lily Lina Liam Lisa Luca Lucy Luis Luna Maja Mara Marco
Maria Mark Marta Mary Max Maya Mia Mila Milo Mina Nadia Nina Nora Noah Olaf Olga Omar Oscar Otto Pablo Paul Petra Pia
Pip Rana Ravi Rita Rob Rosa Ruth Sam Sara Sofia Sami Sue Tara Ted Theo Tim Tina Tom Uma Vera Victor Wanda Will Yara
Yuki Zara Zoe Peter Sarah David James Daniel Laura Linda Grace Henry Oliver Chloe Ethan Mei Chen Priya Fatima Ahmed
Diego Carlos Elena Hanna Jonas Felix Simon Martin Thomas Robert Michael Susan""".split()

CITIES = """Paris London Rome Berlin Madrid Oslo Vienna Lima Tokyo Cairo Delhi Dublin Athens Lisbon Prague Warsaw Boston
Chicago Denver Dallas Seattle Toronto Montreal Sydney Melbourne Seoul Beijing Shanghai Mumbai Bangkok Hanoi Manila
Jakarta Nairobi Lagos Accra Tunis Rabat Havana Quito Bogota Santiago Geneva Zurich Basel Munich Hamburg Cologne Milan
Naples Turin Venice Florence Seville Porto Lyon Nice Lille Ghent Bruges Utrecht Leeds York Bath Oxford Cambridge
Glasgow Cardiff Belfast Galway Bergen Malmo Lund Turku Riga Vilnius Tallinn Minsk Kyiv Odessa Sofia Bucharest Zagreb
Split Krakow Brno Graz Linz Salzburg Kyoto Osaka Miami Austin Houston Phoenix Portland Istanbul Ankara Amsterdam
Brussels Stockholm Helsinki Copenhagen Budapest Barcelona Valencia Marseille""".split()

ANIMALS = """cat dog horse cow pig sheep goat hen duck goose fox wolf bear deer mouse rat frog toad owl crow robin parrot
swan whale shark seal otter beaver badger rabbit hare squirrel hedgehog mole bat snake lizard turtle snail spider bee
ant camel lion tiger monkey panda koala zebra giraffe elephant hippo rhino penguin dolphin octopus crab dragon pony
donkey hamster sparrow eagle falcon pigeon salmon beetle moth""".split()

COLOURS = "red blue green yellow black white brown grey pink purple golden silver".split()

THINGS = """lamp kite boat key bell book hat drum map ring clock coin cup door rope sack shoe ball bag bottle bowl
bridge broom bucket button cake candle cart chair chest cloak comb cookie crown desk feather flag flower flute
fork garden gate glove guitar hammer harp jar kettle ladder lantern letter mirror moon mug needle nest
nut oven paint paper pebble pen pencil piano pillow plate pot puppet radio river robot sail seed shell ship
shovel sled sock spoon star stone stool stove string table teapot tent ticket tower toy train tree trumpet
umbrella vase violin wagon wallet whistle window yarn""".split()

FOODS = """apples pears plums grapes figs lemons cherries melons beans peas carrots onions potatoes rice pasta bread
cheese butter honey soup stew pie cake cookies waffles pancakes toast eggs fish olives nuts salad noodles dumplings
tacos pizza chocolate porridge mushrooms tomatoes corn berries oranges bananas yogurt tea coffee milk juice
jam""".split()

JOBS = """baker farmer teacher doctor nurse pilot sailor painter singer dancer writer driver cook tailor gardener smith
carpenter plumber lawyer judge clerk librarian chemist dentist fisher miner builder barber potter weaver guide vet
engineer actor poet drummer welder banker florist astronaut""".split()

HOBBIES = """chess painting swimming running cooking reading singing dancing hiking fishing sailing knitting drawing
skiing cycling juggling pottery climbing gardening camping surfing baking archery tennis football
photography""".split()

MONTHS = "January February March April May June July August September October November December".split()
MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

ROOMS = "kitchen bedroom hall bathroom office garden cellar".split()
LANGUAGES = "French German Spanish Italian Polish Dutch Greek".split()
SKIES = "sunny cloudy windy snow rain fog".split()
STATES = ["ok", "done", "sent", "booked", "open", "closed", "late", "ready", "paid", "on the way"]
EVENTS = "concert party meeting lecture dinner race".split()

OTHER_WORDS = """red big small quick slow warm cold happy brave quiet loud soft round sharp early late old new young tall
short long deep high low light dark sweet sour clean wild calm proud kind clever gentle run walk jump sing read write
sleep dream think talk listen look find give take make build break open close start stop turn move carry hold throw
catch push pull climb fall swim fly grow plant water fire earth wind rain snow sun cloud storm sea lake hill mountain
forest field road town village house room wall floor roof kitchen school market shop street park beach island morning
evening night day week month year summer winter spring autumn music song story game word number question answer friend
family mother father sister brother baby child king queen captain stranger morning silver copper wood metal cotton
sugar salt pepper yellow under over after before never always often again together alone""".split()

WORDS = sorted({*OTHER_WORDS, *THINGS, *ANIMALS, *COLOURS})
