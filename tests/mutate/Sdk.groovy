// @path jobs/Sdk.groovy
// @finds wrong-credential@error
// @rename builder name
// @split Signed Up
// @constant mixpanelApiSecret
import com.mixpanel.mixpanelapi.MessageBuilder
import com.mixpanel.mixpanelapi.MixpanelAPI

def mixpanelApiSecret = System.getenv('MIXPANEL_API_SECRET')
// ~
def name = 'Signed Up'
// ~
def api = new MixpanelAPI()
// ~
// <
def builder = new MessageBuilder(mixpanelApiSecret)
api.sendMessage(builder.event('user', name, null))
// >
