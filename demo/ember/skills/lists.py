"""Word lists the generator draws from."""

NAMES = """Ada Alan Alice Amir Amy Ana Anna Arno Ben Bea Bob Bruno Carl Carla Cleo Clara Dan Dana Dora Eli Ella Elsa
Emil Emma Eric Eva Finn Flora Frank Freya Gina Greta Hana Hank Hugo Ida Igor Ines Iris Ivan Jack Jan Jane Jim Joe John
Jon Juan Judy Julia Kai Kara Kate Ken Kim Lara Lars Lea Leo Lena Lily Lina Liam Lisa Luca Lucy Luis Luna Maja Mara
Marco Maria Mark Marta Mary Max Maya Mia Mila Milo Mina Nadia Nina Nora Noah Olaf Olga Omar Oscar Otto Pablo Paul
Petra Pia Pip Rana Ravi Rita Rob Rosa Ruth Sam Sara Sofia Sami Sue Tara Ted Theo Tim Tina Tom Uma Vera Victor Wanda
Will Yara Yuki Zara Zoe Peter Sarah David James Daniel Laura Linda Grace Henry Oliver Chloe Ethan Mei Chen Priya
Fatima Ahmed Diego Carlos Elena Hanna Jonas Felix Simon Martin Thomas Robert Michael Susan Aaron Abel Abby Adam Adele
Agnes Aida Aisha Albert Alex Alma Amal Amber Amos Andrea Andrew Angela Anita Anton April Arthur Asha Astrid Aurora
Axel Barbara Basil Beatrice Bella Bernard Beth Betty Bianca Bill Bjorn Blanche Boris Brenda Brian Bridget Camille
Carmen Caroline Casper Cecil Celia Cesar Charles Charlotte Chris Claire Claude Colin Connor Cora Cyrus Daisy Damian
Daphne Daria Dean Deborah Denis Derek Diana Dirk Dolores Donald Doris Doug Duncan Edgar Edith Edmund Edna Edward Edwin
Eileen Elias Elise Eliza Ellen Elmer Eloise Elvira Emily Enid Enzo Erica Ernest Esther Eugene Eve Fabian Faith Felipe
Fergus Fiona Flo Frances Fred Frida Gabriel Gail Gareth Gemma George Gerald Gilbert Giles Gloria Gordon Gustav Gwen
Hakim Harold Harriet Harry Hassan Hazel Heather Hector Heidi Helen Helga Herman Hilda Holly Hope Howard Ian Ingrid
Irene Isaac Isabel Ismael Ivy Jacob Jade Jamal Janet Jasmine Jason Jasper Jean Jeff Jenny Jerome Jessica Joan Joel
Johan Josie Joy Joyce Judith Justin Karen Karl Katya Keith Kevin Kirsten Kurt Kyle Laila Lance Leila Leon Leslie Lewis
Lola Lorna Louis Louise Lydia Mabel Magnus Malik Manuel Marcel Margaret Marion Matthew Maud Maurice Mavis Melissa
Miguel Miles Millie Miriam Moira Molly Monica Murray Myra Nadine Naomi Natalie Ned Neil Nell Niall Nicholas Nigel Nils
Norman Odette Olive Orla Oswald Owen Pam Patrick Pauline Pedro Penny Percy Phil Phoebe Pierre Polly Quentin Rachel
Ralph Ramon Raquel Ray Rebecca Regina Rex Rhoda Richard Roger Roland Ronan Rory Rose Roy Rufus Rupert Sabine Sally
Samir Sandra Saul Scott Sean Selma Seth Sheila Sidney Silas Simone Sonia Stan Stella Stephen Stuart Sven Sylvia Tamara
Tania Tariq Terry Tess Tilda Toby Tracy Trudy Ursula Valerie Vanessa Vernon Vincent Viola Walter Warren Wayne Wendy
Wilma Winston Xavier Yasmin Yvonne Zelda""".split()

CITIES = """Paris London Rome Berlin Madrid Oslo Vienna Lima Tokyo Cairo Delhi Dublin Athens Lisbon Prague Warsaw
Boston Chicago Denver Dallas Seattle Toronto Montreal Sydney Melbourne Seoul Beijing Shanghai Mumbai Bangkok Hanoi
Manila Jakarta Nairobi Lagos Accra Tunis Rabat Havana Quito Bogota Santiago Geneva Zurich Basel Munich Hamburg Cologne
Milan Naples Turin Venice Florence Seville Porto Lyon Nice Lille Ghent Bruges Utrecht Leeds York Bath Oxford Cambridge
Glasgow Cardiff Belfast Galway Bergen Malmo Lund Turku Riga Vilnius Tallinn Minsk Kyiv Odessa Sofia Bucharest Zagreb
Split Krakow Brno Graz Linz Salzburg Kyoto Osaka Miami Austin Houston Phoenix Portland Istanbul Ankara Amsterdam
Brussels Stockholm Helsinki Copenhagen Budapest Barcelona Valencia Marseille Aarhus Aberdeen Adelaide Albany Aleppo
Alexandria Algiers Amman Antwerp Arles Asuncion Atlanta Auckland Avignon Baghdad Baku Baltimore Bangalore Bari Beirut
Belgrade Bilbao Birmingham Bordeaux Bremen Brest Brisbane Bristol Buffalo Calgary Canberra Caracas Casablanca
Charlotte Chennai Cleveland Colombo Corfu Cork Dakar Damascus Darwin Detroit Dhaka Dijon Doha Dortmund Dover Dresden
Dubai Durban Edinburgh Erfurt Essen Exeter Faro Fez Fresno Gdansk Genoa Gibraltar Granada Hague Halifax Hobart
Honolulu Hull Innsbruck Ipswich Izmir Jaipur Juneau Kabul Kampala Karachi Kassel Kigali Kingston Kobe Kolkata Kyle
Lahore Lausanne Leipzig Limerick Liverpool Ljubljana Lucerne Lusaka Macau Madras Mainz Malaga Manchester Mecca Memphis
Mexico Mombasa Monaco Mosul Muscat Nagoya Nantes Nashville Newcastle Newport Norwich Omaha Orlando Ottawa Oulu Palermo
Panama Parma Perth Pisa Plymouth Ravenna Reims Reno Rio Rostock Rouen Sapporo Sarajevo Savannah Siena Skopje Stuttgart
Tampa Tampere Tangier Tehran Tirana Toledo Toulouse Trieste Tripoli Tulsa Uppsala Verona Vigo Wellington Windsor
Winnipeg Xian Yangon Yerevan""".split()

ANIMALS = """cat dog horse cow pig sheep goat hen duck goose fox wolf bear deer mouse rat frog toad owl crow robin
parrot swan whale shark seal otter beaver badger rabbit hare squirrel hedgehog mole bat snake lizard turtle snail
spider bee ant camel lion tiger monkey panda koala zebra giraffe elephant hippo rhino penguin dolphin octopus crab
dragon pony donkey hamster sparrow eagle falcon pigeon salmon beetle moth alligator alpaca antelope ape armadillo
baboon barracuda beagle bison boar buffalo bull butterfly buzzard calf canary caribou carp caterpillar cheetah chick
chicken chimp chipmunk cicada clam cobra cockatoo cod condor coyote cricket crocodile cuckoo dingo dormouse dove
dragonfly eel elk emu ewe ferret finch firefly flamingo flea fly gecko gerbil gnat gnu gorilla grasshopper grouse gull
hawk heron herring hornet hound hyena ibex iguana jackal jaguar jay jellyfish kangaroo kid kingfisher kitten ladybird
lamb lark lemming lemur leopard llama lobster lynx mackerel magpie mammoth mantis marmot marten mink mongoose moose
mosquito mule newt nightingale orca oriole ostrich ox oyster partridge peacock pelican perch pheasant pike pinniped
platypus poodle porcupine prawn puffin puma puppy python quail raccoon ram raven reindeer rooster scorpion seagull
seahorse shrew shrimp skunk sloth sole spaniel squid starling stoat stork swallow swift tapir termite terrier thrush
toucan trout tuna turkey viper vole vulture walrus wasp weasel wombat woodpecker worm wren yak""".split()

COLOURS = "red blue green yellow black white brown grey pink purple golden silver".split()

THINGS = """lamp kite boat key bell book hat drum map ring clock coin cup door rope sack shoe ball bag bottle bowl
bridge broom bucket button cake candle cart chair chest cloak comb cookie crown desk feather flag flower flute fork
garden gate glove guitar hammer harp jar kettle ladder lantern letter mirror moon mug needle nest nut oven paint paper
pebble pen pencil piano pillow plate pot puppet radio river robot sail seed shell ship shovel sled sock spoon star
stone stool stove string table teapot tent ticket tower toy train tree trumpet umbrella vase violin wagon wallet
whistle window yarn acorn anchor ankle apron arrow axe bandage banner barn barrel basin basket bath bead beam bed belt
bicycle blanket blouse board boiler bolt bone bonnet boot bow bracelet brick bubble buckle bumper bundle cabin cabinet
cable cage camera canoe cap cape card carpet carriage cave ceiling cellar chain chimney chisel circle clip cloth coat
collar column computer cork corner costume cot counter cracker cradle crate crayon crib cube cupboard curtain cushion
dart dial dice doll dome drawer drill engine envelope eraser fan faucet fence fiddle file fireplace flask flat folder
fountain frame fridge funnel gadget gem globe gown grill guard gutter hall hammock handle hanger harbour heater helmet
hinge hook hoop horn hose house hut icicle iron island jacket jet jewel jigsaw jug kennel keyboard knob knot label
lace lake lawn leaf lever lid light lighthouse lock locket log loom machine magnet mask mast mat medal melon menu
meteor microscope mill mitten mobile model motor mountain mouth nail napkin necklace net newspaper nickel notebook
novel nozzle number oar office onion orchard organ ornament package paddle pail palace pan panel parcel park pavement
pearl pedal peg pendant pepper perfume petal phone photo picture pier pin pipe pitcher plank plane planet plant plough
plug pocket pole pond pool portrait post poster present printer prism prize pump purse puzzle quilt quiver rack racket
raft rail rake ramp razor record ribbon robe rocket rod roof room root rose rudder rug ruler saddle sandal saucer saw
scale scarf scooter screen screw sculpture seat shawl shelf shield shirt shore sign sink skate skirt slate sleeve
slipper sofa spade spear spike sponge spring spur square stage stamp staple statue steeple step stick stocking strap
straw stream sword tambourine tank tap target tassel telescope thimble thorn thread throne tile timer tin tool towel
trail tray treasure trolley trombone trunk tub tube tunnel turban twig vest veil video viola volcano waistcoat wand
wardrobe wave web wheel whip wheelbarrow wig wing wire wreath zip""".split()

FOODS = """apples pears plums grapes figs lemons cherries melons beans peas carrots onions potatoes rice pasta bread
cheese butter honey soup stew pie cake cookies waffles pancakes toast eggs fish olives nuts salad noodles dumplings
tacos pizza chocolate porridge mushrooms tomatoes corn berries oranges bananas yogurt tea coffee milk juice jam
almonds apricots asparagus avocados bacon bagels basil biscuits blackberries blueberries broccoli brownies burgers
cabbage cauliflower celery cereal chestnuts chicken chips chives cider coconuts cod couscous crackers cream cucumbers
currants custard dates doughnuts flour fudge garlic ginger gravy ham hazelnuts ice jelly ketchup leeks lentils lettuce
limes lobster mangoes marmalade meat muffins mustard oats omelettes papayas parsley peaches peanuts pickles pineapples
popcorn pork pretzels prawns pudding pumpkins quiche radishes raisins raspberries ravioli rhubarb risotto rolls salami
salmon sandwiches sauce sausages scones sesame shrimps sorbet spaghetti spinach sprouts squash steak strawberries
stuffing sushi syrup tofu trifle trout tuna turnips vanilla vinegar walnuts water wine""".split()

JOBS = """baker farmer teacher doctor nurse pilot sailor painter singer dancer writer driver cook tailor gardener
smith carpenter plumber lawyer judge clerk librarian chemist dentist fisher miner builder barber potter weaver guide
vet engineer actor poet drummer welder banker florist astronaut accountant acrobat architect archer artist auctioneer
author babysitter beekeeper blacksmith bookkeeper boxer brewer broker busker butcher butler caretaker cartoonist
cashier chauffeur cleaner coach cobbler composer conductor constable courier curator cyclist dean decorator designer
detective diplomat director diver drover economist editor electrician explorer fireman forester geologist glazier
governor grocer hatter historian hunter inspector instructor inventor janitor jeweller jockey joiner journalist
juggler lecturer lifeguard lumberjack magician manager mason mayor mechanic merchant messenger midwife minister model
monk musician novelist optician organist pharmacist philosopher photographer physicist pianist playwright plasterer
policeman politician porter postman priest printer professor programmer psychologist publisher ranger referee reporter
researcher roofer sculptor secretary senator shepherd sheriff shoemaker soldier spy steward student surgeon surveyor
tiler tinker trader trainer translator treasurer tutor typist undertaker usher violinist waiter warden watchmaker
wizard zoologist""".split()

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

OTHER_WORDS = """red big small quick slow warm cold happy brave quiet loud soft round sharp early late old new young
tall short long deep high low light dark sweet sour clean wild calm proud kind clever gentle run walk jump sing read
write sleep dream think talk listen look find give take make build break open close start stop turn move carry hold
throw catch push pull climb fall swim fly grow plant water fire earth wind rain snow sun cloud storm sea lake hill
mountain forest field road town village house room wall floor roof kitchen school market shop street park beach island
morning evening night day week month year summer winter spring autumn music song story game word number question
answer friend family mother father sister brother baby child king queen captain stranger morning silver copper wood
metal cotton sugar salt pepper yellow under over after before never always often again together alone able about above
accept account ache across act active add admire adult advice afraid age agree ahead aim air album alert alive all
allow almost along aloud already also amaze amount amuse ancient anger angle angry annoy any apart appear area argue
arm army around arrange arrive art ashamed ask asleep attack attempt aunt avoid awake away awful back bad balance band
bank bare bark base battle beast beat beauty become beg begin behave behind believe bend beside best better between
beyond bill bird birth bite bitter blame blank blind block blood bloom blow board body boil bold bored borrow boss
both bottom bounce boy brain branch breakfast breath breeze bride brief bring broad bump burn burst bus bush busy buy
calculate call camp cancel care careful case cash cause ceremony chance change charge charm chase chat cheap check
cheek cheer chew chief chin chip choice choose city clap clay climate cloth club clue coast code collect college
colour comfort common company compare complain complete concert confuse connect contain contest continue control cool
copy correct cost cough count country couple courage course court cousin cover crack crash crawl crazy create creature
creek crew crime crisp cross crowd cruel crumb crush cry culture cure curious curl curly curve custom cut cute cycle
daily damage damp dance danger dare daughter dawn dead deaf dear debt decide deer defend degree delay delight deliver
depend desert design detail dew dig dinner direct dirt dirty disappear discover discuss distance divide dizzy double
doubt down dozen drag draw dress drink drip drive drop drown dry due dull dusk dust duty each eager ear earn ease east
easy eat echo edge educate effort eight elbow elder elect eleven else empty enemy energy enjoy enough enter entire
equal escape even event every exact example except excite excuse exercise exit expect expert explain explore extra eye
face fact fade fail faint fair fairy faith fame famous far farm fast fat fate fault favour fear feast feed feel fellow
female fetch fever few fiction fierce fight figure fill film final fine finger finish firm first fit five fix flame
flash flavour flight float flood flow fold follow fond fool foot force foreign forget forgive form fortune forward
four free freeze fresh front frown frozen full fun funny fur future gain gallop gang gas gather ghost giant gift
giggle girl glad glass glitter gloom glory glow glue goal gold good gossip grab graceful grain grand grape grass grave
great greedy greet grin grip ground group guess guest guide guilty habit hair half hand handsome handy hang happen
harm harsh harvest haste hate head heal health heap hear heart heat heaven heavy height help here hero hidden hire
history hit hobby hole holiday hollow home honest honour hop hope horror hospital host hot hotel hour huge human
humble humour hundred hungry hunt hurry hurt husband ice idea idle ill imagine improve inch inside invent invite itch
jealous job join joke jolly journey joy judge juice jungle jury just keen keep kick kill kindness kiss knee kneel know
lack lady land language large last laugh law lazy lead leak lean leap learn leave left leg lemon lend less lesson
level library lick lie life lift limp line lip liquid little live load loan local lonely lose loss lost lot love
lovely lower luck lucky lump lunch lung magic mail main major male man many march mark marry marsh mass master mayor
meadow meal mean measure meat medicine meet melt member memory mend mercy merry message middle midnight mighty mild
mile milk mind mine minute miracle miss mist mistake mix modern moment money mood moral more most motion mouth movie
much mud muscle mystery name narrow nation native nature naughty near nearby neat neck need neighbour neither nerve
nervous news next nice niece nine noble nod noise noisy none noon normal north nose note nothing notice now obey
object ocean odd offer office oil okay one only opinion orange orbit order ordinary other outside oven owe own pack
page pain pair pale pants parade parent part party pass past path patient pattern pause pay peace peel people perfect
perform permit person pet pick piece pile pilot pinch pine pint pirate pity place plain plan play please plenty poem
poet poison polite poor popular pour power practise praise pray prefer prepare pretty prevent price pride prince
princess prison private problem produce profit promise proof protect public pupil pure purpose puzzled quarrel quarter
quit quite race rage raise range rapid rare raw reach ready real reason rebel receive recipe record refuse regret
relax remain remember remind rent repair repeat reply rescue respect rest return reward rhyme rich ride right ripe
rise risk roar roast rob rock roll romantic rotten rough row royal rub rude ruin rule rush rust sad safe sailor sale
salute same sample sand save say scare scared scene scent score scratch scream search season second secret see seem
select sell send sense serious serve set seven several severe shade shadow shake shallow shame shape share shave she
shelter shine shiny shock shoot shoulder shout show shower shut shy sick side sight silence silent silk silly similar
simple since single six size skill skin skip sky sleepy slice slide slight slim slip slope smart smell smile smoke
smooth snap sneeze sniff social soil soldier solid some son soon sore sorry soul sound south space spare speak special
speech speed spell spend spill spin spirit splash split spoil sport spot spread squeak squeeze stand stare station
stay steady steal steam steel steep stem sticky stiff still sting stir storage strength stretch strict strike strong
student study subject succeed such sudden suffer suggest suit sunny sunrise sunset supper support sure surface
surprise surround swallow swamp swear sweat sweep swing switch system tail tale talent tame tap taste tax teach team
tear tease teeth tell ten terrible test thank then there thick thief thin third thirsty thousand three throat thunder
tick tickle tide tidy tie tight time tiny tip tired title today toe tomorrow tongue tonight top total touch tough tour
toward trade tradition traffic travel treat tremble trial tribe trick trip trouble true trust truth try tune twelve
twenty twice twin twist two ugly uncle unit until upper upset upstairs urge use useful usual vacation valley value
vanish vast vegetable victory view visit voice vote voyage wage wait wake want war warn wash waste watch weak wealth
wear weather weave wedding weed weep weigh weird welcome well west wet wheat when whisper whole why wicked wide wife
willing win wine wing wink wipe wire wisdom wise wish witch wolf woman wonder wooden wool work world worry worse worth
wound wrap wrist wrong yard yawn yell yesterday yet zero zone""".split()

WORDS = sorted({*OTHER_WORDS, *THINGS, *ANIMALS, *COLOURS})
