/**
 * Emoji by their short names, for the completion of `:name`. Loaded when the first colon is typed.
 */

const TABLE =
  "smile 😄 grin 😁 joy 😂 rofl 🤣 laughing 😆 sweat_smile 😅 slight_smile 🙂 upside_down 🙃 wink 😉 blush 😊 innocent 😇 " +
  "heart_eyes 😍 star_struck 🤩 kiss 😘 yum 😋 tongue 😛 zany 🤪 hug 🤗 think 🤔 shush 🤫 zip 🤐 raised_eyebrow 🤨 " +
  "neutral 😐 expressionless 😑 smirk 😏 unamused 😒 eye_roll 🙄 grimace 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 " +
  "mask 😷 sick 🤢 sneeze 🤧 hot 🥵 cold 🥶 dizzy 😵 mind_blown 🤯 cowboy 🤠 party_face 🥳 sunglasses 😎 nerd 🤓 " +
  "monocle 🧐 confused 😕 worried 😟 frown 🙁 open_mouth 😮 astonished 😲 flushed 😳 pleading 🥺 fearful 😨 " +
  "anxious 😰 sad 😢 cry 😢 sob 😭 scream 😱 tired 😫 yawn 🥱 triumph 😤 angry 😠 rage 😡 melting 🫠 salute 🫡 " +
  "devil 😈 skull 💀 poop 💩 clown 🤡 ghost 👻 alien 👽 robot 🤖 cat 😺 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 " +
  "heart ❤️ red_heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 broken_heart 💔 " +
  "sparkling_heart 💖 hundred 💯 collision 💥 sweat_drops 💦 dash 💨 zzz 💤 wave 👋 raised_hand ✋ vulcan 🖖 ok_hand 👌 " +
  "pinch 🤏 victory ✌️ crossed_fingers 🤞 love_you 🤟 rock_on 🤘 call_me 🤙 point_left 👈 point_right 👉 point_up 👆 " +
  "point_down 👇 thumbs_up 👍 thumbs_down 👎 +1 👍 -1 👎 fist ✊ punch 👊 clap 👏 raised_hands 🙌 open_hands 👐 " +
  "handshake 🤝 pray 🙏 thanks 🙏 writing ✍️ muscle 💪 eyes 👀 eye 👁️ brain 🧠 shrug 🤷 facepalm 🤦 bow 🙇 runner 🏃 " +
  "dancer 💃 walking 🚶 family 👪 baby 👶 student 🧑‍🎓 teacher 🧑‍🏫 technician 🧑‍💻 cook 🧑‍🍳 scientist 🧑‍🔬 dog 🐶 cat_face 🐱 mouse 🐭 " +
  "rabbit 🐰 fox 🦊 bear 🐻 panda 🐼 koala 🐨 tiger 🐯 lion 🦁 cow 🐮 pig 🐷 frog 🐸 monkey 🐵 chicken 🐔 penguin 🐧 " +
  "bird 🐦 duck 🦆 owl 🦉 bee 🐝 butterfly 🦋 snail 🐌 turtle 🐢 octopus 🐙 fish 🐟 dolphin 🐬 whale 🐳 unicorn 🦄 " +
  "bouquet 💐 rose 🌹 tulip 🌷 sunflower 🌻 seedling 🌱 tree 🌳 cactus 🌵 clover 🍀 leaf 🍃 mushroom 🍄 apple 🍎 " +
  "banana 🍌 strawberry 🍓 cherries 🍒 lemon 🍋 avocado 🥑 carrot 🥕 bread 🍞 cheese 🧀 pizza 🍕 burger 🍔 fries 🍟 " +
  "taco 🌮 sushi 🍣 noodles 🍜 salad 🥗 popcorn 🍿 cake 🍰 birthday 🎂 cookie 🍪 chocolate 🍫 doughnut 🍩 ice_cream 🍦 " +
  "coffee ☕ tea 🍵 beer 🍺 cheers 🍻 wine 🍷 cocktail 🍸 sparkling 🥂 earth 🌍 mountain ⛰️ beach 🏖️ house 🏠 school 🏫 " +
  "tent ⛺ car 🚗 bus 🚌 train 🚆 bicycle 🚲 airplane ✈️ rocket 🚀 ship 🚢 sun ☀️ moon 🌙 star ⭐ sparkles ✨ cloud ☁️ " +
  "rain 🌧️ lightning ⚡ snowflake ❄️ snowman ⛄ fire 🔥 ocean 🌊 rainbow 🌈 umbrella ☔ tada 🎉 party 🎉 confetti 🎊 " +
  "balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 soccer ⚽ basketball 🏀 tennis 🎾 dart 🎯 game 🎮 dice 🎲 chess ♟️ puzzle 🧩 " +
  "art 🎨 music 🎵 guitar 🎸 piano 🎹 microphone 🎤 movie 🎬 camera 📷 phone 📱 computer 💻 keyboard ⌨️ printer 🖨️ " +
  "bulb 💡 book 📖 books 📚 newspaper 📰 memo 📝 pencil ✏️ paperclip 📎 pushpin 📌 scissors ✂️ calendar 📅 chart 📈 " +
  "folder 📁 mail ✉️ package 📦 lock 🔒 unlock 🔓 key 🔑 hammer 🔨 wrench 🔧 gear ⚙️ link 🔗 magnet 🧲 test_tube 🧪 " +
  "microscope 🔬 telescope 🔭 pill 💊 money 💰 hourglass ⏳ clock 🕐 alarm ⏰ bell 🔔 no_bell 🔕 loudspeaker 📢 search 🔍 " +
  "check ✅ cross ❌ warning ⚠️ question ❓ exclamation ❗ plus ➕ minus ➖ stop 🛑 no_entry ⛔ recycle ♻️ new 🆕 ok 🆗 sos 🆘 " +
  "speech 💬 thought 💭 red_circle 🔴 green_circle 🟢 blue_circle 🔵 flag 🏁 white_flag 🏳️ pirate 🏴‍☠️";

const words = TABLE.split(" ");

/** Names and emoji. */
export const EMOJI = words.flatMap((name, index) => index % 2 === 0 ? [{ name, emoji: words[index + 1] }] : []);

/**
 * The emoji whose names fit, the best first.
 *
 * @param {string} typed
 * @param {number} max
 */
export function findEmoji(typed, max) {
  const wanted = typed.toLowerCase();
  const fitting = EMOJI.filter(({ name }) => name.includes(wanted));
  const rank = (name) => name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2;
  return fitting.sort((a, b) => rank(a.name) - rank(b.name)).slice(0, max);
}
