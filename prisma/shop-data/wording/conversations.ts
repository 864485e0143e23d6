/**
 * What people write to a shop. Messages alternate, the customer's first; a conversation may stop after any of them.
 * `{first}`, `{agent}`, `{product}`, `{variant}`, `{order}` and `{site}` may stand in them.
 */
export interface Scenario {
  subject: string
  /** About an order of the customer's in one of these states; null for a question before buying. */
  about: readonly ('PLACED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED')[] | null
  /** Whether it is only about things that come in sizes to wear. */
  worn?: boolean
  messages: readonly (readonly string[])[]
}

export const scenarios: readonly Scenario[] = [
  {
    subject: 'Where is my order {order}?',
    about: ['PLACED', 'SHIPPED'],
    messages: [
      [
        'Hello, I ordered the {product} and have had no tracking mail yet. Can you see where it is?',
        'Hi there, do you know when {order} will arrive? I am away from Friday.',
      ],
      [
        'Hello {first}, {agent} here. Order {order} is in our system and on its way through the warehouse. You will get the tracking link as soon as the courier has scanned it.',
      ],
      [
        'Thank you. Is there any chance that it comes before the weekend?',
        'Good to know. Can it be left with a neighbour?',
      ],
      [
        'I have added a note for the courier. I can’t promise the day, but most parcels arrive two to four days after they leave us.',
      ],
      ['That is fine, thanks for the quick answer.'],
      ['You are welcome, {first}. Write again if it has not turned up by then.'],
    ],
  },
  {
    subject: 'Wrong size: {product}',
    about: ['DELIVERED'],
    worn: true,
    messages: [
      [
        'Hello, the {product} ({variant}) came today. It is lovely, but not the right size for me. Can I exchange it?',
        'Hi! I misjudged the size of the {product}. How do I swap it?',
      ],
      ['Hi {first}, of course. Exchanges are free within 60 days. Which one would you like instead?'],
      ['One size up, please, in the same colour.', 'The next one down, if there is one left.'],
      [
        'It is put aside for you. I have sent a return label to your mail address; drop the parcel off anywhere, and the new one leaves as soon as it is scanned.',
      ],
      ['Label received. I will send it off tomorrow.'],
      ['Perfect. You will hear from us when it is on its way back to you.'],
      ['It arrived this morning and fits. Thank you, {agent}!'],
      ['Wonderful, enjoy it, {first}.'],
    ],
  },
  {
    subject: 'Damaged in the post: {order}',
    about: ['DELIVERED'],
    messages: [
      [
        'The box of {order} was crushed on one side, and the {product} has a crack.',
        'I am sorry to say that my {product} arrived damaged. The parcel looked as if it had been dropped.',
      ],
      [
        'Oh no, I am sorry, {first}. Could you keep the packaging for a few days? Would you like a new one, or your money back?',
      ],
      [
        'A new one please. Do you need it back?',
        'The money back, please. It was meant as a present for yesterday.',
      ],
      ['No need to return it. I have arranged it just now, and you will get a confirmation within the hour.'],
      ['That was easy. Thank you very much.'],
      ['Glad to help. We have told the courier as well.'],
    ],
  },
  {
    subject: 'Return of {product}',
    about: ['DELIVERED'],
    messages: [
      [
        'Hi, I would like to return the {product} from order {order}. It has not been used.',
        'How do I send something back? It is the {product}, which I ordered in the wrong colour.',
      ],
      [
        'Hello {first}, that is no trouble. A return label is on its way to your mail address. Refunds take three to five days after the parcel has reached us.',
      ],
      ['Is the delivery cost refunded too?'],
      ['If the whole order goes back, yes. For a single item we refund the item itself.'],
      ['Understood, thanks.'],
      ['Your refund was started this morning. Have a good week, {first}.'],
    ],
  },
  {
    subject: 'Question about the {product}',
    about: null,
    messages: [
      [
        'Hello! Is the {product} coming back in {variant}? It was sold out when I looked.',
        'Hi, I am between two versions of the {product}. Can you advise?',
      ],
      [
        'Hi {first}, thank you for writing. We expect more in about two weeks. If you tell me what you need it for, I can say what I would choose.',
      ],
      [
        'For every day, mostly at home. And it should last.',
        'It is a present for my brother, who is hard to please.',
      ],
      [
        'Then I would take {variant}. It is the one that comes back to us least, and my own choice, if that counts.',
      ],
      ['It does. I will wait for it then.'],
      ['I have put a note on it and will write to you when it is here.'],
    ],
  },
  {
    subject: 'Change of address for {order}',
    about: ['PLACED'],
    messages: [
      [
        'I have just moved and forgot to change the address on {order}. Can you still do it?',
        'Hi, quick one: could {order} go to my office instead?',
      ],
      [
        'Hello {first}. It has not been handed to the courier yet, so yes. Could you send me the new address through your account page? I will watch for it.',
      ],
      ['Done, it is in my account now.'],
      ['I see it, and the label has been printed anew. All set.'],
      ['You are quick. Thanks!'],
      ['With pleasure.'],
    ],
  },
  {
    subject: 'Please cancel {order}',
    about: ['CANCELLED'],
    messages: [
      [
        'Hi, I ordered twice by mistake. Please cancel {order} if you can.',
        'Could you cancel {order}? I found that I have a {product} already, in the attic.',
      ],
      ['Hello {first}, just in time: {order} is cancelled, and nothing will be charged.'],
      ['The money has already left my account, though?'],
      ['That is a reservation by your bank. It lapses by itself within three working days.'],
      ['You were right, it is gone. Thank you.'],
      ['Thank you for telling me, {first}. All the best.'],
    ],
  },
  {
    subject: 'How do I look after my {product}?',
    about: ['DELIVERED'],
    messages: [
      [
        'I love my {product}. How do I clean it without doing any harm?',
        'Hello, the little card that came with my {product} got lost. What did it say about care?',
      ],
      [
        'Hello {first}! Little is more: wipe or rinse it, let it dry in the air, and keep it away from direct heat. I have mailed you the card as well.',
      ],
      ['And is there anything against scratches or stains?'],
      [
        'Most marks come out with a soft brush. If one does not, send us a picture: our repair bench likes a challenge.',
      ],
      ['Good to know that there is one!'],
      ['There is, and it is free for the first five years.'],
    ],
  },
  {
    subject: 'A part is missing',
    about: ['DELIVERED'],
    messages: [
      [
        'There seems to be a piece missing from my {product}. I have looked in the box twice.',
        'Hello, my {product} came without the small bag that is in the pictures.',
      ],
      [
        'Sorry about that, {first}. I have asked the warehouse to send the part by letter. It should be with you in two or three days.',
      ],
      ['Great. Do I have to pay for it?'],
      ['Not at all. And if it turns up under the sofa, keep both.'],
      ['It came today. Everything is complete now.'],
      ['Thank you for telling me, and for your patience.'],
    ],
  },
  {
    subject: 'Discount code does not work',
    about: null,
    messages: [
      [
        'Hi, I have a code from your newsletter, but the cart says that it can’t be used.',
        'My code for the {product} is refused. What am I doing wrong?',
      ],
      [
        'Hello {first}, nothing at all: codes do not apply to things that are reduced already. The price in your cart is the lower of the two.',
      ],
      ['Ah, I see. So it would work for other things?'],
      ['Yes, until the end of the month. Just add it in the cart.'],
      ['It worked this time. Thanks, {agent}.'],
      ['Happy to hear it.'],
    ],
  },
  {
    subject: 'Invoice for {order}',
    about: ['DELIVERED', 'SHIPPED'],
    messages: [
      [
        'Could I have an invoice with our company’s name for {order}?',
        'Hi, my accountant asks for an invoice for {order}. Where do I find it?',
      ],
      [
        'Hello {first}, it is in your account under the order. If you tell me what should stand on it, I can write it anew.',
      ],
      ['Just the name of the company above mine, please.'],
      ['Done. The new one is in your account, and the old one is void.'],
      ['Found it. My accountant sends her regards.'],
      ['Ours as well!'],
    ],
  },
  {
    subject: 'Do you ship to islands?',
    about: null,
    messages: [
      [
        'Hello, I live on an island without a bridge. Would the {product} get here?',
        'Do you deliver to the islands, and what would it cost?',
      ],
      [
        'Hi {first}, we do! Delivery costs the same, it takes two days longer, and the ferry sometimes has its own ideas.',
      ],
      ['That is no news to us. And larger things?'],
      ['Up to 30 kilograms it is no different. For furniture we agree a day with you.'],
      ['Splendid, then I will order tonight.'],
      ['We look forward to it. Greetings to the island.'],
    ],
  },
]
